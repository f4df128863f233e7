// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/report_text.h"
#include "cli/stand_in.h"
#include "fake.h"
#include "kernel/socket.h"
#include "kernel/xfrm.h"
#include "tap.h"
#include "wire_xfrm.h"

/* Bytes of the key that are enough to know it by, in hex and as they are. */
#define PART 4
#define RAW_PART 8

/* Letters and digits of @text in small letters, without "0x". */
static char *squeezed(const char *text)
{
	char *result = malloc(strlen(text) + 1), *to = result;

	for (; *text; text++) {
		if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
			text++;
		else if (isalnum((unsigned char)*text))
			*to++ = tolower((unsigned char)*text);
	}
	*to = '\0';
	return result;
}

/* Is a part of the key in @text: as it is, or in hex, in whatever groups? */
static bool has_key(const char *text)
{
	static const char key[] = WIRE_KEY;
	char *squeezed_text = squeezed(text);
	bool found = false;

	for (size_t i = 0; i + PART < sizeof(key); i++) {
		char raw[RAW_PART + 1] = "", hex[2 * PART + 1];

		for (size_t j = 0; j < PART; j++)
			sprintf(hex + 2 * j, "%02x", (unsigned char)key[i + j]);
		found |= !!strstr(squeezed_text, hex);
		if (i + RAW_PART < sizeof(key)) {
			memcpy(raw, key + i, RAW_PART);
			found |= !!strstr(text, raw);
		}
	}
	free(squeezed_text);
	return found;
}

/* As ip-xfrm(8) and others print keys: @group bytes, then @gap. */
static char *spelt(size_t group, const char *gap)
{
	static const char key[] = WIRE_KEY;
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	fputs("\tenc cbc(aes) 0x", out);
	for (size_t i = 0; i + 1 < sizeof(key); i++)
		fprintf(out, "%s%02X", i && !(i % group) ? gap : "",
			(unsigned char)key[i]);
	fputc('\n', out);
	fclose(out);
	return text;
}

/* What follows must be able to fail. */
static void finder(void)
{
	static const char *const gaps[] = { "", " ", ":", " 0x", ", 0x", "\n" };

	for (size_t i = 0; i < sizeof(gaps) / sizeof(gaps[0]); i++) {
		for (size_t group = 1; group <= 4; group++) {
			char *text = spelt(group, gaps[i]);

			ok(has_key(text),
			   "a key is found: groups of %zu, gap %zu", group, i);
			free(text);
		}
	}
	ok(has_key("key " WIRE_KEY), "a key is found: its bytes");
	ok(!has_key("spi 0x00001234"), "no key where there is none");
}

static char *report(struct xp_xfrm *xfrm)
{
	struct xp_sad sad = { 0 };
	struct xp_spd spd = { 0 };
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);
	struct wire *wire;

	fake_forget();
	wire = &fake_answer()->wire;
	wire_xfrm_sa(wire, XFRM_MSG_NEWSA, 0x1234);
	wire_u32(wire, XP_XFRMA_SA_PCPU, 2);
	fake_done(0, NULL);
	is_num(xp_xfrm_sas(xfrm, &sad), 0, "an SA with a key");
	report_sas(out, &sad);
	xp_sad_free(&sad);

	fake_forget();
	wire_policy(&fake_answer()->wire, XFRM_POLICY_CPU_ACQUIRE);
	fake_done(0, NULL);
	is_num(xp_xfrm_policies(xfrm, &spd), 0, "a policy");
	report_policies(out, &spd);
	xp_spd_free(&spd);
	fclose(out);
	return text;
}

static void anonymous(const char *text, const char *expected, const char *about)
{
	size_t size;
	char *result;
	FILE *out = open_memstream(&result, &size);

	is_num(stand_in_write(out, text), 0, "stand-ins: %s", about);
	fclose(out);
	is_str(result, expected, "stand-ins: %s", about);
	free(result);
}

static void texts(struct xp_xfrm *xfrm)
{
	char *text = report(xfrm);

	is_str(text,
	       "src 10.0.0.1 dst 10.0.0.2 proto esp spi 0x00001234 reqid 1 "
	       "mode tunnel if_id 0x0 cpu 2 dir - flags 0x20 seq 0\n"
	       "    packets 10 bytes 1000 made 1000 used 0-0 oseq 0 iseq 0 "
	       "window 32 replayed 0 outside-window 0 integrity 0\n"
	       "dir out src 10.1.0.0/16 dst 10.2.0.0/16 index 9 priority 100 "
	       "type 0 allow if_id 0x0 flags 0x4 cpu-acquire\n"
	       "    tmpl src 10.0.0.1 dst 10.0.0.2 proto esp mode tunnel "
	       "spi 0x00000000 reqid 1\n",
	       "SAs and policies of a report");
	ok(!has_key(text), "no key is in them");
	anonymous(strstr(text, "dir out"),
		  "dir out src v4-1/16 dst v4-2/16 index 9 priority 100 "
		  "type 0 allow if_id 0x0 flags 0x4 cpu-acquire\n"
		  "    tmpl src v4-3 dst v4-4 proto esp mode tunnel "
		  "spi 0x00000000 reqid 1\n",
		  "a policy");
	free(text);
}

static void stand_ins(void)
{
	anonymous("10.0.0.1 fd00::1 10.0.0.2/24 fd00::2/64, 10.0.0.1.\n",
		  "v4-1 v6-1 v4-2/24 v6-2/64, v4-1.\n", "both families");
	anonymous("fd00::1 FD00:0:0::1 fd00:0:0:0:0:0:0:1: x",
		  "v6-1 v6-1 v6-1: x", "however it is spelt");
	anonymous("::ffff:10.0.0.1 [10.0.0.1]:4500 src=10.0.0.1%eth0",
		  "v6-1 [v4-1]:4500 src=v4-1%eth0", "what stands beside");
	anonymous("0.0.0.0/0 ::/0", "0.0.0.0/0 ::/0", "any");
	anonymous("6.1.0-1 0.1.0 12:30:01 0xfd00 1:2 100.0 %) feed.\n",
		  "6.1.0-1 0.1.0 12:30:01 0xfd00 1:2 100.0 %) feed.\n",
		  "no addresses");
	anonymous("", "", "nothing");
}

void test_report(void)
{
	struct xp_xfrm *xfrm;

	finder();
	stand_ins();
	if (!ok(!xp_xfrm_from_socket(&xfrm, fake_socket()), "a fake kernel"))
		return;
	texts(xfrm);
	xp_xfrm_close(xfrm);
}
