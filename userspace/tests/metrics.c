// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/metrics_text.h"
#include "cli/prometheus.h"
#include "cli/replace.h"
#include "tap.h"

#define LINES_MAX 256
#define SMALL "abcdefghijklmnopqrstuvwxyz"
#define LETTERS SMALL "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"
#define DIGITS "0123456789"

/* ------------------------------------------------------ what a reader accepts */

/* A label's value from its first quote on; returns what follows the last one. */
static const char *skip_quoted(const char *text)
{
	if (*text++ != '"')
		return NULL;
	for (; *text != '"'; text++) {
		if (!*text)
			return NULL;
		if (*text == '\\' && !strchr("\\\"n", *++text))
			return NULL;
		if (!*text)
			return NULL;
	}
	return text + 1;
}

/* Labels in braces, if there are any; returns what follows them. */
static const char *skip_labels(const char *text)
{
	if (*text != '{')
		return text;
	do {
		size_t length = strspn(++text, LETTERS);

		if (!length || text[length] != '=')
			return NULL;
		text = skip_quoted(text + length + 1);
	} while (text && *text == ',');
	return text && *text == '}' ? text + 1 : NULL;
}

/* What is wrong with the sample @line of family @name, NULL if nothing. */
static const char *bad_sample(const char *line, const char *name)
{
	size_t length = strlen(name);
	const char *value;
	char *end;

	if (!length || strncmp(line, name, length) ||
	    !strchr("{ ", line[length]))
		return "a sample outside of its family";
	value = skip_labels(line + length);
	if (!value || *value != ' ')
		return "bad labels";
	strtod(value + 1, &end);
	if (end == value + 1 || *end)
		return "bad value";
	return NULL;
}

/* One that is the same up to its value must not be there before. */
static bool is_twice(char *const *lines, size_t n)
{
	size_t length = strrchr(lines[n], ' ') - lines[n];

	for (size_t i = 0; i < n; i++) {
		if (!strncmp(lines[i], lines[n], length + 1))
			return true;
	}
	return false;
}

/* The name after "# HELP " or "# TYPE ", and whether something follows it. */
static bool read_head(const char *line, char name[64])
{
	char what[2];

	return sscanf(line, "# %*4s %63[" LETTERS DIGITS "] %1s", name, what) ==
	       2;
}

static bool has_ending(const char *name)
{
	size_t length = strlen(name);

	return length > 6 && !strcmp(name + length - 6, "_total");
}

static const char *bad_type(const char *line, const char *name)
{
	const char *type = strrchr(line, ' ') + 1;

	if (strcmp(type, "counter") && strcmp(type, "gauge"))
		return "unknown type";
	if (!strcmp(type, "counter") != has_ending(name))
		return "_total is for counters";
	return NULL;
}

/*
 * What of the rules @text breaks, NULL if it keeps all: HELP, then TYPE, then
 * samples of one family; a family and a sample once; the last line is whole.
 */
static const char *bad_text(const char *text)
{
	char *copy = strdup(text), *lines[LINES_MAX], *rest = copy;
	char help[64] = "", family[64] = "", name[64];
	const char *bad = NULL;
	size_t n = 0;

	if (*text && text[strlen(text) - 1] != '\n')
		bad = "the last line is cut";
	for (; !bad && (lines[n] = strsep(&rest, "\n")) && rest; n++) {
		const char *line = lines[n];

		if (n == LINES_MAX - 1)
			bad = "too much for this test";
		else if (!strncmp(line, "# HELP ", 7) &&
			 read_head(line, name)) {
			for (size_t i = 0; i < n; i++) {
				char before[64];

				if (!strncmp(lines[i], "# HELP ", 7) &&
				    read_head(lines[i], before) &&
				    !strcmp(before, name))
					bad = "a family twice";
			}
			strcpy(help, name);
			family[0] = '\0';
		} else if (!strncmp(line, "# TYPE ", 7) &&
			   read_head(line, name)) {
			bad = strcmp(name, help) || family[0]
				      ? "TYPE without its HELP"
				      : bad_type(line, name);
			strcpy(family, name);
		} else if (line[0] == '#') {
			bad = "bad comment";
		} else {
			bad = bad_sample(line, family);
			if (!bad && is_twice(lines, n))
				bad = "a sample twice";
		}
	}
	free(copy);
	return bad;
}

#define HEAD(name, type) "# HELP " name " Help.\n# TYPE " name " " type "\n"

/* The checker above must be able to fail. */
static void checker(void)
{
	static const struct {
		const char *text;
		const char *bad;
	} cases[] = {
		{ HEAD("a", "gauge") "a{b=\"\\\\\\\"\\n\",c=\"\"} 1\na 0.5\n",
		  NULL },
		{ HEAD("a_total", "counter") "a_total 1\n", NULL },
		{ HEAD("a", "gauge") "a 1", "the last line is cut" },
		{ HEAD("a", "counter") "a 1\n", "_total is for counters" },
		{ HEAD("a_total", "gauge") "a_total 1\n",
		  "_total is for counters" },
		{ HEAD("a", "frob") "a 1\n", "unknown type" },
		{ HEAD("a", "gauge") "a 1\n" HEAD("a", "gauge") "a{b=\"\"} 1\n",
		  "a family twice" },
		{ HEAD("a", "gauge") "b 1\n",
		  "a sample outside of its family" },
		{ "a 1\n", "a sample outside of its family" },
		{ "# TYPE a gauge\na 1\n", "TYPE without its HELP" },
		{ "# frob\n", "bad comment" },
		{ HEAD("a", "gauge") "a{b=\"\"} 1\na{b=\"\"} 2\n",
		  "a sample twice" },
		{ HEAD("a", "gauge") "a{b=\"\\t\"} 1\n", "bad labels" },
		{ HEAD("a", "gauge") "a{b=\"\"\"} 1\n", "bad labels" },
		{ HEAD("a", "gauge") "a{b=\"\n\"} 1\n", "bad labels" },
		{ HEAD("a", "gauge") "a{b-c=\"\"} 1\n", "bad labels" },
		{ HEAD("a", "gauge") "a{b=\"\",} 1\n", "bad labels" },
		{ HEAD("a", "gauge") "a{b=\"\"}\n", "bad labels" },
		{ HEAD("a", "gauge") "a one\n", "bad value" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *bad = bad_text(cases[i].text);

		is_str(bad ? bad : "fine", cases[i].bad ? cases[i].bad : "fine",
		       "checker of the format: case %zu", i);
	}
}

/* ----------------------------------------------------------------- the writer */

static char *written(const struct metrics *metrics)
{
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	is_num(metrics_write(out, metrics), 0, "metrics are written");
	fclose(out);
	return text;
}

static void is_accepted(const char *text, const char *about)
{
	const char *bad = bad_text(text);

	if (!ok(!bad, "%s: the format", about))
		tap_diag("%s", bad);
}

static void escapes(void)
{
	struct prometheus to = { 0 };
	size_t size;
	char *text;

	to.out = open_memstream(&text, &size);
	prometheus_gauge(&to, "none", "No sample.");
	prometheus_gauge(&to, "a", "Help.");
	prometheus_sample(&to);
	prometheus_label(&to, "b", "\\ \" \n \xff {},=");
	prometheus_label(&to, "c", "");
	prometheus_number(&to, UINT64_MAX);
	prometheus_sample(&to);
	prometheus_real(&to, 0.25);
	fclose(to.out);
	is_str(text,
	       HEAD("a", "gauge") "a{b=\"\\\\ \\\" \\n ? {},=\",c=\"\"} "
				  "18446744073709551615\na 0.250000\n",
	       "labels are escaped, a family without samples is left out");
	is_accepted(text, "labels");
	free(text);
}

#define DST \
	"{dst=\"10.0.0.2\",proto=\"esp\",mode=\"tunnel\",reqid=\"7\",if_id=\"0x42\""
#define SA_0 DST ",spi=\"0x00000010\",mark=\"\",dir=\"out\",cpu=\"fallback\"} "
#define SA_1 DST ",spi=\"0x00000011\",mark=\"0x1/0xff\",dir=\"out\",cpu=\"1\"} "

#define SAS                                                                 \
	"# HELP xfrm_pcpu_cpu_sas SAs of each CPU, and those of none "      \
	"(fallback).\n"                                                     \
	"# TYPE xfrm_pcpu_cpu_sas gauge\n"                                  \
	"xfrm_pcpu_cpu_sas{cpu=\"1\",dir=\"\"} 1\n"                         \
	"xfrm_pcpu_cpu_sas{cpu=\"1\",dir=\"out\"} 2\n"                      \
	"xfrm_pcpu_cpu_sas{cpu=\"fallback\",dir=\"out\"} 1\n"               \
	"# HELP xfrm_pcpu_sa_packets_total Packets that an SA carried.\n"   \
	"# TYPE xfrm_pcpu_sa_packets_total counter\n"                       \
	"xfrm_pcpu_sa_packets_total" SA_0 "3\n"                             \
	"xfrm_pcpu_sa_packets_total" SA_1 "9\n"                             \
	"# HELP xfrm_pcpu_sa_bytes_total Bytes that an SA carried.\n"       \
	"# TYPE xfrm_pcpu_sa_bytes_total counter\n"                         \
	"xfrm_pcpu_sa_bytes_total" SA_0 "300\n"                             \
	"xfrm_pcpu_sa_bytes_total" SA_1 "900\n"                             \
	"# HELP xfrm_pcpu_fallback_ratio Of the packets of a group's SAs, " \
	"the share of those without a CPU.\n"                               \
	"# TYPE xfrm_pcpu_fallback_ratio gauge\n"                           \
	"xfrm_pcpu_fallback_ratio" DST "} 0.250000\n"

#define INFO                                                              \
	"# HELP xfrm_pcpu_info Who serves per-CPU SAs, and the module's " \
	"version.\n"                                                      \
	"# TYPE xfrm_pcpu_info gauge\n"

#define GAUGE(name, help) \
	"# HELP " name " " help "\n# TYPE " name " gauge\n" name

/* A line of text is a line here. */
/* clang-format off */
static const char of_module[] =
	INFO
	"xfrm_pcpu_info{kernel=\"module\",version=\"0\\\"1\"} 1\n"
	GAUGE("xfrm_pcpu_feature",
	      "Features of the module.")
	"{feature=\"output\"} 1\n"
	"xfrm_pcpu_feature{feature=\"steer\"} 1\n"
	GAUGE("xfrm_pcpu_possible_cpus",
	      "CPUs that an SA can have.")
	" 4\n"
	GAUGE("xfrm_pcpu_expectations_max",
	      "Expectations that a network namespace may have.")
	" 1024\n"
	GAUGE("xfrm_pcpu_hold_seconds",
	      "How long a new SA is not chosen, parameter hold_ms.")
	" 0.250000\n"
	GAUGE("xfrm_pcpu_sas",
	      "SAs of the module.")
	" 5\n"
	GAUGE("xfrm_pcpu_groups",
	      "Groups of SAs of the module.")
	" 1\n"
	GAUGE("xfrm_pcpu_output_armed",
	      "Whether the output lookup is hooked.")
	" 1\n"
	GAUGE("xfrm_pcpu_follow_udp",
	      "Whether connected UDP sockets follow their thread.")
	" 1\n"
	GAUGE("xfrm_pcpu_follow_tcp_seconds",
	      "After which time TCP sockets follow their thread, 0 never.")
	" 1.500000\n"
	GAUGE("xfrm_pcpu_following",
	      "Whether there is an SA that sockets can follow to.")
	" 0\n"
	GAUGE("xfrm_pcpu_steer_mode",
	      "Inbound steering: 0 off, 1 on, 2 auto.")
	" 2\n"
	GAUGE("xfrm_pcpu_steer_spread",
	      "Whether SAs without a CPU are spread by SPI.")
	" 1\n"
	GAUGE("xfrm_pcpu_steer_auto_share_ratio",
	      "Share of one CPU that makes auto steer.")
	" 0.500000\n"
	GAUGE("xfrm_pcpu_steer_auto_seconds",
	      "Time over which auto looks at that share.")
	" 1.000000\n"
	GAUGE("xfrm_pcpu_steer_queue_packets_max",
	      "Packets that may wait for a CPU.")
	" 300\n"
	GAUGE("xfrm_pcpu_steer_bypass",
	      "What takes packets before steering: 1 esp4_offload, 2 esp6_offload, 3 both.")
	" 2\n"
	"# HELP xfrm_pcpu_events_total Counters of /proc/net/xfrm_pcpu_stat.\n"
	"# TYPE xfrm_pcpu_events_total counter\n"
	"xfrm_pcpu_events_total{event=\"XfrmPcpuOwn\"} 17\n"
	"xfrm_pcpu_events_total{event=\"XfrmPcpuRefused\"} 0\n"
	"# HELP xfrm_pcpu_steer_packets_total What inbound steering did with the packets that arrived on a CPU.\n"
	"# TYPE xfrm_pcpu_steer_packets_total counter\n"
	"xfrm_pcpu_steer_packets_total{cpu=\"3\",what=\"home\"} 1\n"
	"xfrm_pcpu_steer_packets_total{cpu=\"3\",what=\"out\"} 2\n"
	"xfrm_pcpu_steer_packets_total{cpu=\"3\",what=\"in\"} 3\n"
	"xfrm_pcpu_steer_packets_total{cpu=\"3\",what=\"full\"} 4\n"
	"xfrm_pcpu_steer_packets_total{cpu=\"3\",what=\"gone\"} 5\n"
	"xfrm_pcpu_steer_packets_total{cpu=\"3\",what=\"left\"} 6\n"
	"xfrm_pcpu_steer_packets_total{cpu=\"3\",what=\"offload\"} 7\n"
	"xfrm_pcpu_steer_packets_total{cpu=\"3\",what=\"tcp\"} 8\n"
	GAUGE("xfrm_pcpu_group_acquires",
	      "Acquires of a CPU that have no answer yet.")
	DST "} 1\n"
	SAS;
/* clang-format on */

static void texts(void)
{
	static char counters[] = "XfrmPcpuOwn             \t17\n"
				 "XfrmPcpuRefused         \t0\n"
				 "XfrmPcpuSas             \t5\n"
				 "XfrmPcpuGroups          \t1\n";
	struct xp_sa sas[] = {
		{ .spi = 0x10,
		  .cpu = XFRM_PCPU_CPU_NONE,
		  .dir = 2,
		  .is_counted = true,
		  .packets = 3,
		  .bytes = 300 },
		{ .spi = 0x11,
		  .cpu = 1,
		  .dir = 2,
		  .mark = { 1, 0xff },
		  .is_counted = true,
		  .packets = 9,
		  .bytes = 900 },
		/* The name of the one before. */
		{ .spi = 0x11,
		  .cpu = 1,
		  .dir = 2,
		  .mark = { 1, 0xff },
		  .is_counted = true },
		{ .spi = 0x12, .cpu = 1 },
	};
	struct xp_acquire acquire = { .cpu = 2 };
	struct xp_group group = {
		.has_key = true,
		.key = { .dst = { .family = AF_INET,
				  .v4.s_addr = htonl(0x0a000002) },
			 .reqid = 7,
			 .if_id = 0x42,
			 .mode = 1,
			 .proto = IPPROTO_ESP },
		.sas = sas,
		.nr_sas = 4,
		.acquires = &acquire,
		.nr_acquires = 1,
	};
	struct xp_steer steer = { 3, 1, 2, 3, 4, 5, 6, 7, 8 };
	struct metrics metrics = {
		.support = XP_SUPPORT_MODULE,
		.info = { .version = "0\"1",
			  .features = XFRM_PCPU_F_OUTPUT | XFRM_PCPU_F_STEER,
			  .possible_cpus = 4,
			  .expect_max = 1024,
			  .hold_ms = 250,
			  .nr_sas = 5,
			  .nr_groups = 1,
			  .output_armed = true,
			  .follow_udp = true,
			  .follow_tcp_ms = 1500,
			  .steer_mode = 2,
			  .steer_spread = true,
			  .steer_auto_share = 50,
			  .steer_auto_ms = 1000,
			  .steer_queue_len = 300,
			  .steer_bypass = XFRM_PCPU_BYPASS_ESP6 },
		.steer = { .cpu = &steer, .count = 1 },
		.groups = { .group = &group, .count = 1 },
	};
	char *text;

	metrics.counters = fmemopen(counters, sizeof(counters) - 1, "r");
	text = written(&metrics);
	fclose(metrics.counters);
	is_str(text, of_module, "metrics of the module");
	is_accepted(text, "metrics of the module");
	free(text);

	metrics.counters = NULL;
	metrics.support = XP_SUPPORT_NATIVE;
	text = written(&metrics);
	is_str(text,
	       INFO "xfrm_pcpu_info{kernel=\"native\",version=\"\"} 1\n" SAS,
	       "metrics of a kernel with per-CPU SAs of its own");
	is_accepted(text, "metrics of such a kernel");
	free(text);

	metrics.support = XP_SUPPORT_NONE;
	metrics.groups.count = 0;
	text = written(&metrics);
	is_str(text, INFO "xfrm_pcpu_info{kernel=\"stock\",version=\"\"} 1\n",
	       "metrics of a kernel without, and no SA");
	is_accepted(text, "metrics of that kernel");
	free(text);
}

/* --------------------------------------------------------------- the file */

static void is_file(const char *path, const char *expected, const char *about)
{
	char text[64] = "";
	FILE *file = fopen(path, "r");

	if (file) {
		text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
		fclose(file);
	}
	is_str(text, expected, "%s", about);
}

static int put(const char *path, const char *text)
{
	struct replace replace;
	int err = replace_begin(&replace, path);

	if (err)
		return err;
	fputs(text, replace.out);
	return replace_end(&replace);
}

/* As on a full disk: nothing fits.  Nothing may be printed meanwhile. */
static int put_on_full(const char *path)
{
	struct rlimit old, none;
	int err;

	getrlimit(RLIMIT_FSIZE, &old);
	none = old;
	none.rlim_cur = 0;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &none);
	err = put(path, "third\n");
	setrlimit(RLIMIT_FSIZE, &old);
	signal(SIGXFSZ, SIG_DFL);
	return err;
}

static void files(void)
{
	char dir[] = "/tmp/xfrm-pcpu-test.XXXXXX", path[64];
	struct replace replace;
	struct stat st;
	mode_t mask;

	if (!ok(mkdtemp(dir), "a directory for files"))
		return;
	snprintf(path, sizeof(path), "%s/a.prom", dir);
	mask = umask(077);
	is_num(put(path, "first\n"), 0, "a file that was not there");
	umask(mask);
	ok(!stat(path, &st) && (st.st_mode & 07777) == 0644,
	   "all may read it, whatever the umask");
	is_num(replace_begin(&replace, path), 0, "it is written anew");
	fputs("second\n", replace.out);
	fflush(replace.out);
	is_file(path, "first\n", "nobody sees half of it");
	is_num(replace_end(&replace), 0, "it is whole");
	is_file(path, "second\n", "and takes the place of the old one");

	is_num(put_on_full(path), -EFBIG, "what cannot be written");
	is_file(path, "second\n", "leaves the old one");
	is_num(replace_begin(&replace, path), 0, "what is given up");
	replace_drop(&replace);
	is_file(path, "second\n", "does so too");
	is_num(put(dir, ""), -EISDIR, "a directory is no file");
	unlink(path);
	is_num(rmdir(dir), 0, "nothing else stays");
	is_num(put(path, ""), -ENOENT, "a directory that is not there");
}

void test_metrics(void)
{
	checker();
	escapes();
	texts();
	files();
}
