// SPDX-License-Identifier: GPL-2.0-or-later
#include "sas.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "text/sa.h"

/*
 * A key of the protocol, and the word of the command line that it is in each
 * direction, NULL where it has no meaning.  A packet that comes has the peer's
 * port first.
 */
static const struct {
	const char *key;
	const char *in;
	const char *out;
} words[] = {
	{ "mode", "mode", "mode" },
	{ "esn", "esn", "esn" },
	{ "replay-window", "replay-window", NULL },
	{ "update-in", "update", NULL },
	{ "seq-in", "seq", NULL },
	{ "if-id-in", "if_id", NULL },
	{ "if-id-out", NULL, "if_id" },
	{ "set-mark-in", "set-mark", NULL },
	{ "set-mark-out", NULL, "set-mark" },
	{ "encap-local", "encap-dport", "encap-sport" },
	{ "encap-peer", "encap-sport", "encap-dport" },
	{ "soft-bytes", "soft-bytes", "soft-bytes" },
	{ "hard-bytes", "hard-bytes", "hard-bytes" },
	{ "soft-packets", "soft-packets", "soft-packets" },
	{ "hard-packets", "hard-packets", "hard-packets" },
	{ "soft-seconds", "soft-seconds", "soft-seconds" },
	{ "hard-seconds", "hard-seconds", "hard-seconds" },
	{ "aead", "aead", "aead" },
	{ "aead-icv", "aead-icv", "aead-icv" },
	{ "aead-key-in", "aead-key", NULL },
	{ "aead-key-out", NULL, "aead-key" },
	{ "enc", "enc", "enc" },
	{ "enc-key-in", "enc-key", NULL },
	{ "enc-key-out", NULL, "enc-key" },
	{ "auth", "auth", "auth" },
	{ "auth-trunc", "auth-trunc", "auth-trunc" },
	{ "auth-key-in", "auth-key", NULL },
	{ "auth-key-out", NULL, "auth-key" },
};

/* What has no value there is yes or no here. */
static int take(struct text_sa *text, const char *word, const char *value)
{
	if (!word)
		return 0;
	if (text_sa_kind(word) != TEXT_SA_SWITCH)
		return text_sa_word(text, word, value);
	if (!strcmp(value, "yes"))
		return text_sa_word(text, word, NULL);
	if (!strcmp(value, "no"))
		return 0;
	snprintf(text->error, sizeof(text->error), ": expected yes or no");
	return -EINVAL;
}

static int read_direction(const struct pr_message *message, bool is_in,
			  struct xp_install *sa, char *error, size_t size)
{
	struct text_sa text;
	int err = 0;

	text_sa_begin(&text);
	for (size_t i = 0; !err && i < sizeof(words) / sizeof(*words); i++) {
		const char *value = pr_get(message, words[i].key);

		if (!value)
			continue;
		err = take(&text, is_in ? words[i].in : words[i].out, value);
		/* It was called by its name of the command line. */
		if (err)
			snprintf(error, size, "%s%s", words[i].key,
				 strchrnul(text.error, ':'));
	}
	if (!err)
		*sa = text.install;
	explicit_bzero(&text, sizeof(text));
	return err;
}

int pr_sas_read(const struct pr_message *message, struct xp_install *in,
		struct xp_install *out, char *error, size_t size)
{
	int err = read_direction(message, true, in, error, size);

	if (!err)
		err = read_direction(message, false, out, error, size);
	if (err)
		xp_install_wipe(in);
	return err;
}
