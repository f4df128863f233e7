// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/sa_text.h"

#include <errno.h>
#include <stdio.h>

#include "cli/names.h"
#include "tap.h"

/* "NAME VALUE ..." as the command line has it. */
static int take_args(struct text_sa *text, const char *line)
{
	char words[512];
	char *argv[64];
	int argc = 0;

	text_sa_begin(text);
	strcpy(words, line);
	for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	return sa_text_args(text, argc, argv);
}

static int take_lines(struct text_sa *text, const char *lines)
{
	char copy[1024];

	strcpy(copy, lines);
	return sa_text_lines(text, copy);
}

static void whole(void)
{
	struct text_sa text;
	const struct xp_install *install = &text.install;

	is_num(take_args(&text,
			 "src 10.0.0.1 dst 10.0.0.2 spi 0x1234 reqid 1 cpu 0 "
			 "mode transport dir in esn replay-window 64 "
			 "mark 1/0xff set-mark 7 if_id 9 encap-sport 4500 "
			 "encap-dport 4501 seq 17 update "
			 "hard-bytes 18446744073709551615 soft-packets 5 "
			 "enc cbc(aes) auth hmac(sha256) auth-trunc 128"),
	       0, "words");
	is_num(take_lines(&text, "enc-key=0x0123456789abcdefFEDCBA9876543210\n"
				 "auth-key=00ff\n\nfrob=1\n"),
	       0, "lines up to an empty one");
	is_num(text_sa_finish(&text), 0, "complete");
	is_str(name_of_addr(&install->sa.src).text, "10.0.0.1", "src");
	is_str(name_of_addr(&install->sa.id.dst).text, "10.0.0.2", "dst");
	is_num(install->sa.id.spi, 0x1234, "spi");
	is_num(install->sa.id.proto, IPPROTO_ESP, "proto, by default");
	is_num(install->sa.reqid, 1, "reqid");
	is_num(install->sa.cpu, 0, "cpu");
	is_num(install->sa.mode, XFRM_MODE_TRANSPORT, "mode");
	is_num(install->sa.dir, XP_SA_DIR_IN, "dir");
	is_num(install->sa.flags, XFRM_STATE_ESN, "esn");
	is_num(install->sa.replay_window, 64, "replay-window");
	is_num(install->sa.id.mark.mask, 0xff, "mark");
	is_num(install->set_mark.value, 7, "set-mark");
	is_num(install->set_mark.mask, 0xffffffff, "its mask");
	is_num(install->sa.if_id, 9, "if_id");
	is_num(install->encap_sport, 4500, "encap-sport");
	is_num(install->encap_dport, 4501, "encap-dport");
	is_num(install->sa.seq, 17, "seq");
	ok(install->is_update, "update");
	ok(install->sa.limits.hard_byte_limit == UINT64_MAX, "hard-bytes");
	is_num(install->sa.limits.soft_packet_limit, 5, "soft-packets");
	is_str(install->enc.name, "cbc(aes)", "enc");
	is_num(install->enc.key_len, 16, "length of its key");
	is_num(install->enc.key[0] << 8 | install->enc.key[15], 0x0110,
	       "first and last byte");
	is_num(install->auth.key_len, 2, "length of the other");
	is_num(install->auth.key[1], 0xff, "its last byte");
	is_num(install->auth.trunc_bits, 128, "auth-trunc");
	xp_install_wipe(&text.install);
}

static void refused(const char *args, const char *lines, const char *error)
{
	struct text_sa text;
	int err = take_args(&text, args);

	if (!err)
		err = take_lines(&text, lines);
	if (!err)
		err = text_sa_finish(&text);
	is_num(err, -EINVAL, "refused");
	is_str(text.error, error, "%s", error);
	/* The secret of all inputs here. */
	ok(!strstr(text.error, "5ec4e7"), "no part of the key is repeated");
}

static void refusals(void)
{
	char longest[2 * XP_ALG_KEY_MAX + 16] = "aead-key=";

	refused("spi 1 spi 2", "", "spi is given twice");
	refused("dst", "", "dst: its value is missing");
	refused("dst 10.0.0.256", "", "dst: expected an IPv4 or IPv6 address");
	refused("cpu 0xffffffff", "", "cpu: expected a CPU number");
	refused("cpu -1", "", "cpu: expected a CPU number");
	refused("proto comp src 10.0.0.1 dst 10.0.0.2 spi 1", "",
		"proto must be esp or ah");
	refused("mode ro", "", "mode: expected transport, tunnel or beet");
	refused("dir 1", "", "dir: expected in or out");
	refused("encap-sport 65536", "",
		"encap-sport: expected a number of 16 bits");
	refused("hard-bytes 18446744073709551616", "",
		"hard-bytes: expected a number of 64 bits");
	refused("hard-bytes 010", "",
		"hard-bytes: expected a number of 64 bits");
	refused("aead "
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"", "aead: expected a name of /proc/crypto");
	refused("frob 1", "",
		"unexpected \"frob\": the manual page lists the words");
	refused("aead-key 5ec4e7", "",
		"aead-key: arguments can be seen by everybody; give keys on "
		"stdin or --fd, as lines aead-key=HEX");
	refused("", "spi=1\naead-key=5ec4e7zz\n",
		"line 2: aead-key: expected hexadecimal digits, two for each "
		"byte");
	refused("", "enc-key=5ec4e75\n",
		"line 1: enc-key: expected hexadecimal digits, two for each "
		"byte");
	refused("", "aead-key=\n",
		"line 1: aead-key: expected hexadecimal digits, two for each "
		"byte");
	refused("", "5ec4e7\n",
		"line 1: expected NAME=VALUE with a name that the manual page "
		"lists");
	refused("", "aead-kye=5ec4e7\n",
		"line 1: expected NAME=VALUE with a name that the manual page "
		"lists");
	refused("", "aead-key\n", "line 1: aead-key: its value is missing");
	refused("", "esn=1\n", "line 1: esn has no value");
	refused("spi 1", "spi=1\n", "line 1: spi is given twice");
	refused("", "", "src and dst must be given");
	memset(longest + 9, 'a', 2 * XP_ALG_KEY_MAX + 2);
	refused("", longest,
		"line 1: aead-key: expected hexadecimal digits, two for each "
		"byte");
}

void test_sa_text(void)
{
	whole();
	refusals();
}
