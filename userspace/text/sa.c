// SPDX-License-Identifier: GPL-2.0-or-later
#include "sa.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "value.h"

/* Put a message into @text->error and fail. */
#define wrong(text, ...) \
	(snprintf((text)->error, sizeof((text)->error), __VA_ARGS__), -EINVAL)

/* What a word's value is. */
enum kind {
	ADDR,
	PROTO,
	MODE,
	DIR,
	CPU,
	MARK,
	U16,
	U32,
	U64,
	ALG, /* its name */
	KEY, /* of the same struct xp_alg; not on the command line */
	ESN, /* no value */
	UPDATE, /* no value */
};

static const char *const expected[] = {
	[ADDR] = "an IPv4 or IPv6 address",
	[PROTO] = "esp or ah",
	[MODE] = "transport, tunnel or beet",
	[DIR] = "in or out",
	[CPU] = "a CPU number",
	[MARK] = "VALUE or VALUE/MASK",
	[U16] = "a number of 16 bits",
	[U32] = "a number of 32 bits",
	[U64] = "a number of 64 bits",
	[ALG] = "a name of /proc/crypto",
	[KEY] = "hexadecimal digits, two for each byte",
	[ESN] = "no value",
	[UPDATE] = "no value",
};

#define AT(field) offsetof(struct xp_install, field)

static const struct word {
	const char *name;
	enum kind kind;
	size_t at;
} words[] = {
	{ "src", ADDR, AT(sa.src) },
	{ "dst", ADDR, AT(sa.id.dst) },
	{ "spi", U32, AT(sa.id.spi) },
	{ "proto", PROTO, AT(sa.id.proto) },
	{ "mode", MODE, AT(sa.mode) },
	{ "reqid", U32, AT(sa.reqid) },
	{ "if_id", U32, AT(sa.if_id) },
	{ "cpu", CPU, AT(sa.cpu) },
	{ "dir", DIR, AT(sa.dir) },
	{ "seq", U32, AT(sa.seq) },
	{ "mark", MARK, AT(sa.id.mark) },
	{ "set-mark", MARK, AT(set_mark) },
	{ "replay-window", U32, AT(sa.replay_window) },
	{ "esn", ESN, 0 },
	{ "encap-sport", U16, AT(encap_sport) },
	{ "encap-dport", U16, AT(encap_dport) },
	{ "soft-bytes", U64, AT(sa.limits.soft_byte_limit) },
	{ "hard-bytes", U64, AT(sa.limits.hard_byte_limit) },
	{ "soft-packets", U64, AT(sa.limits.soft_packet_limit) },
	{ "hard-packets", U64, AT(sa.limits.hard_packet_limit) },
	{ "soft-seconds", U64, AT(sa.limits.soft_add_expires_seconds) },
	{ "hard-seconds", U64, AT(sa.limits.hard_add_expires_seconds) },
	{ "aead", ALG, AT(aead) },
	{ "aead-icv", U32, AT(aead.trunc_bits) },
	{ "aead-key", KEY, AT(aead) },
	{ "enc", ALG, AT(enc) },
	{ "enc-key", KEY, AT(enc) },
	{ "auth", ALG, AT(auth) },
	{ "auth-trunc", U32, AT(auth.trunc_bits) },
	{ "auth-key", KEY, AT(auth) },
	{ "update", UPDATE, 0 },
};

#define NR_WORDS (sizeof(words) / sizeof(words[0]))

static const struct word *find(const char *name)
{
	for (size_t i = 0; i < NR_WORDS; i++) {
		if (!strcmp(words[i].name, name))
			return &words[i];
	}
	return NULL;
}

static bool has_value(const struct word *word)
{
	return word->kind != ESN && word->kind != UPDATE;
}

static int read_choice(const char *text, const char *const *names,
		       const uint8_t *values, size_t count, uint8_t *value)
{
	for (size_t i = 0; i < count; i++) {
		if (!strcmp(text, names[i])) {
			*value = values[i];
			return 0;
		}
	}
	return -EINVAL;
}

static int read_mode(const char *text, uint8_t *mode)
{
	static const char *const names[] = { "transport", "tunnel", "beet" };
	static const uint8_t modes[] = { XFRM_MODE_TRANSPORT, XFRM_MODE_TUNNEL,
					 XFRM_MODE_BEET };

	return read_choice(text, names, modes, 3, mode);
}

static int read_dir(const char *text, uint8_t *dir)
{
	static const char *const names[] = { "in", "out" };
	static const uint8_t dirs[] = { XP_SA_DIR_IN, XP_SA_DIR_OUT };

	return read_choice(text, names, dirs, 2, dir);
}

static int read_cpu(const char *text, uint32_t *cpu)
{
	uint32_t value;

	if (text_u32(text, &value) || value == XFRM_PCPU_CPU_NONE)
		return -EINVAL;
	*cpu = value;
	return 0;
}

static int read_u16(const char *text, uint16_t *value)
{
	uint32_t number;

	if (text_u32(text, &number) || number > UINT16_MAX)
		return -EINVAL;
	*value = number;
	return 0;
}

static int read_alg(const char *text, struct xp_alg *alg)
{
	size_t length = strlen(text);

	if (!length || length >= sizeof(alg->name))
		return -EINVAL;
	memcpy(alg->name, text, length + 1);
	return 0;
}

static int read_key(const char *text, struct xp_alg *alg)
{
	size_t length;

	if (text[0] == '0' && text[1] == 'x')
		text += 2;
	if (text_hex(text, alg->key, sizeof(alg->key), &length) || !length)
		return -EINVAL;
	alg->key_len = length;
	return 0;
}

static int read_value(struct xp_install *install, const struct word *word,
		      const char *value)
{
	void *to = (char *)install + word->at;

	switch (word->kind) {
	case ADDR:
		return text_address(value, to);
	case PROTO:
		return text_proto(value, to);
	case MODE:
		return read_mode(value, to);
	case DIR:
		return read_dir(value, to);
	case CPU:
		return read_cpu(value, to);
	case MARK:
		return text_mark_or_value(value, to);
	case U16:
		return read_u16(value, to);
	case U32:
		return text_u32(value, to);
	case U64:
		return text_number(value, UINT64_MAX, to);
	case ALG:
		return read_alg(value, to);
	case KEY:
		return read_key(value, to);
	case ESN:
		install->sa.flags |= XFRM_STATE_ESN;
		return 0;
	case UPDATE:
		install->is_update = true;
		return 0;
	}
	return -EINVAL;
}

static int take(struct text_sa *text, const struct word *word,
		const char *value)
{
	uint64_t bit = (uint64_t)1 << (word - words);

	if (text->seen & bit)
		return wrong(text, "%s is given twice", word->name);
	text->seen |= bit;
	if (has_value(word) && !value)
		return wrong(text, "%s: its value is missing", word->name);
	if (!has_value(word) && value)
		return wrong(text, "%s has no value", word->name);
	if (read_value(&text->install, word, value))
		return wrong(text, "%s: expected %s", word->name,
			     expected[word->kind]);
	return 0;
}

enum text_sa_kind text_sa_kind(const char *name)
{
	const struct word *word = find(name);

	if (!word)
		return TEXT_SA_UNKNOWN;
	if (word->kind == KEY)
		return TEXT_SA_KEY;
	return has_value(word) ? TEXT_SA_VALUE : TEXT_SA_SWITCH;
}

void text_sa_begin(struct text_sa *text)
{
	memset(text, 0, sizeof(*text));
	text->install.sa.id.proto = IPPROTO_ESP;
	text->install.sa.mode = XFRM_MODE_TUNNEL;
	text->install.sa.cpu = XFRM_PCPU_CPU_NONE;
}

int text_sa_word(struct text_sa *text, const char *name, const char *value)
{
	const struct word *word = find(name);

	return word ? take(text, word, value)
		    : wrong(text, "%s: there is no such word", name);
}

int text_sa_finish(struct text_sa *text)
{
	const char *missing = xp_install_check(&text->install);

	return missing ? wrong(text, "%s", missing) : 0;
}
