// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/saved.h"

#include <errno.h>
#include <stdlib.h>

#include "tap.h"

#define HEAD "xfrm-pcpu save 1\n"
#define ONE "dst=10.0.0.2 spi=0x00001234 proto=esp src=10.0.0.1 reqid=1 cpu=2\n"
#define TWO                                                             \
	"dst=fd00::2 spi=0x00001235 proto=ah mark=0x1/0xff src=fd00::1" \
	" reqid=7 cpu=0\n"

static int read_text(struct saved *saved, const char *text)
{
	FILE *in = fmemopen((char *)text, strlen(text), "r");
	int err = saved_read(saved, in);

	fclose(in);
	return err;
}

/* What was read is what is written again. */
static void round_trip(void)
{
	struct saved saved = { 0 };
	struct xp_sad sad = { 0 };
	size_t size;
	char *text;
	FILE *out;

	is_num(read_text(&saved, HEAD "\n# a comment\n" TWO ONE), 0, "read");
	if (!ok(saved.count == 2, "two SAs"))
		return;
	is_num(saved.sa[1].cpu, 2, "a CPU");
	for (size_t i = 0; i < saved.count; i++) {
		struct xp_sad_sa sa = {
			.id = saved.sa[i].id,
			.src = saved.sa[i].src,
			.reqid = saved.sa[i].reqid,
			.cpu = saved.sa[i].cpu,
		};

		ok(!xp_sad_add(&sad, &sa), "added");
		sa.cpu = XFRM_PCPU_CPU_NONE;
		ok(!xp_sad_add(&sad, &sa), "and a fallback");
	}
	out = open_memstream(&text, &size);
	saved_write(out, &sad);
	fclose(out);
	is_str(text, HEAD TWO ONE, "written without the fallbacks");
	free(text);
	saved_free(&saved);
	xp_sad_free(&sad);
}

static void refused(void)
{
	static const struct {
		const char *text;
		const char *error;
	} cases[] = {
		{ "\n", "line 1: expected \"xfrm-pcpu save 1\", as xfrm-pcpu "
			"save writes it" },
		{ ONE, "line 1: expected \"xfrm-pcpu save 1\", as xfrm-pcpu "
		       "save writes it" },
		{ HEAD ONE "dst=10.0.0.2\n",
		  "line 3: expected dst, spi, proto, src, reqid and cpu" },
		{ HEAD "dst=10.0.0.256\n",
		  "line 2: bad word \"dst=10.0.0.256\"" },
		{ HEAD "spi=0\n", "line 2: bad word \"spi=0\"" },
		{ HEAD "cpu=0xffffffff\n",
		  "line 2: bad word \"cpu=0xffffffff\"" },
		{ HEAD "proto=tcp\n", "line 2: bad word \"proto=tcp\"" },
		{ HEAD "mark=1/\n", "line 2: bad word \"mark=1/\"" },
		{ HEAD "reqid=-1\n", "line 2: bad word \"reqid=-1\"" },
		{ HEAD "src=\n", "line 2: bad word \"src=\"" },
		{ HEAD "frob=1\n", "line 2: bad word \"frob=1\"" },
		{ HEAD "cpu\n", "line 2: bad word \"cpu\"" },
		{ HEAD "cpu=1 cpu=1\n", "line 2: cpu is given twice" },
	};
	struct saved saved = { 0 };
	FILE *in;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		is_num(read_text(&saved, cases[i].text), -EINVAL, "refused");
		is_str(saved.error, cases[i].error, "%s", cases[i].error);
		saved_free(&saved);
	}
	in = fopen("/dev/null", "r");
	is_num(saved_read(&saved, in), -EINVAL, "empty input");
	is_str(saved.error,
	       "nothing to read: expected what xfrm-pcpu save wrote, on stdin",
	       "it says so");
	fclose(in);
	saved_free(&saved);
}

void test_saved(void)
{
	round_trip();
	refused();
}
