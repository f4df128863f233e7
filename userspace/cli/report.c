// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "check.h"
#include "cli.h"
#include "complain.h"
#include "connect.h"
#include "report_text.h"
#include "show.h"
#include "stand_in.h"
#include "steer.h"

#define MODULE "/sys/module/xfrm_pcpu"
#define HOOKED "/sys/kernel/tracing/enabled_functions"
#define DEBUG_HOOKED "/sys/kernel/debug/tracing/enabled_functions"
#define KPROBES "/sys/kernel/debug/kprobes/list"

/* Kernel messages that are kept: the last ones. */
#define MESSAGES_MAX 50
#define MESSAGE_SIZE 512

static void title(FILE *out, const char *name)
{
	fprintf(out, "\n== %s\n", name);
}

static void not_known(FILE *out, const char *what, int err)
{
	fprintf(out, "%s: not known: %s\n", what, strerror(err));
}

/* Lines of a file that begin with or have @word; at most up to a byte of @end. */
static void put_lines(FILE *out, const char *path, const char *word,
		      const char *end)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;

	if (!file) {
		not_known(out, path, errno);
		return;
	}
	while (getline(&line, &size, file) > 0) {
		if (strstr(line, word))
			fprintf(out, "%.*s\n", (int)strcspn(line, end), line);
	}
	free(line);
	fclose(file);
}

/* "NAME: content" for the files of a directory that are readable. */
static void put_values(FILE *out, const char *path, const char *prefix)
{
	struct dirent **names;
	int count = scandir(path, &names, NULL, alphasort);

	if (count < 0) {
		not_known(out, path, errno);
		return;
	}
	for (int i = 0; i < count; i++) {
		const char *name = names[i]->d_name;
		char file[512], value[256];
		FILE *in;

		snprintf(file, sizeof(file), "%s/%s", path, name);
		in = names[i]->d_type == DT_REG &&
				     !strncmp(name, prefix, strlen(prefix))
			     ? fopen(file, "re")
			     : NULL;
		if (in && fgets(value, sizeof(value), in))
			fprintf(out, "%s: %.*s\n", name,
				(int)strcspn(value, "\n"), value);
		if (in)
			fclose(in);
		free(names[i]);
	}
	free(names);
}

static void put_versions(FILE *out)
{
	struct utsname name;

	uname(&name);
	fprintf(out, "xfrm-pcpu " XP_VERSION "\nkernel %s %s %s\n",
		name.release, name.version, name.machine);
	put_lines(out, "/etc/os-release", "PRETTY_NAME=", "\n");
	fputs("taint: ", out);
	put_lines(out, "/proc/sys/kernel/tainted", "", "\n");
}

static void put_module(FILE *out, struct connection *connection)
{
	struct steer_counts counts = { 0 };
	struct xp_info info;
	int err;

	title(out, "module");
	put_values(out, MODULE, "");
	title(out, "parameters");
	put_values(out, MODULE "/parameters", "");
	if (connection->client) {
		title(out, "info");
		err = xp_client_info(connection->client, &info);
		if (!err)
			err = steer_read(connection, &info, &counts);
		if (err)
			not_known(out, "info", -err);
		else
			show_info(out, &info, &counts);
		steer_free(&counts);
	}
}

/* Only names: what follows are addresses within the kernel. */
static void put_hooks(FILE *out)
{
	title(out, "hooks: ftrace");
	put_lines(out, access(HOOKED, R_OK) ? DEBUG_HOOKED : HOOKED, "",
		  " \t\n");
	title(out, "hooks: kprobes");
	put_lines(out, KPROBES, "xfrm", "\n");
}

static void put_netns(FILE *out)
{
	title(out, "sysctls net.xfrm_pcpu");
	put_values(out, "/proc/sys/net/xfrm_pcpu", "");
	title(out, "sysctls net.core.xfrm");
	put_values(out, "/proc/sys/net/core", "xfrm");
	title(out, "counters xfrm_pcpu_stat");
	put_lines(out, "/proc/net/xfrm_pcpu_stat", "", "\n");
	title(out, "counters xfrm_stat");
	put_lines(out, "/proc/net/xfrm_stat", "", "\n");
}

static void put_use(FILE *out, struct connection *connection)
{
	struct xp_sad sad = { 0 };
	struct xp_spd spd = { 0 };
	int err;

	title(out, "SAs, without keys");
	err = xp_xfrm_sas(connection->xfrm, &sad);
	if (err)
		not_known(out, "SAs", -err);
	report_sas(out, &sad);
	title(out, "policies");
	err = xp_xfrm_policies(connection->xfrm, &spd);
	if (err)
		not_known(out, "policies", -err);
	report_policies(out, &spd);
	xp_spd_free(&spd);
	xp_sad_free(&sad);
}

/*
 * Records are "level,number,microseconds,...;text\n", then indented lines.
 * Source: Documentation/ABI/testing/dev-kmsg.
 */
static void put_messages(FILE *out)
{
	static char kept[MESSAGES_MAX][MESSAGE_SIZE];
	char record[8192];
	size_t count = 0;
	ssize_t length;
	int fd;

	title(out, "kernel messages");
	fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		not_known(out, "/dev/kmsg", errno);
		return;
	}
	/* EPIPE: one was overwritten before it was read. */
	while ((length = read(fd, record, sizeof(record) - 1)) > 0 ||
	       (length < 0 && errno == EPIPE)) {
		if (length < 0)
			continue;
		record[length] = '\0';
		record[strcspn(record, "\n")] = '\0';
		if (strstr(record, "xfrm_pcpu"))
			*stpncpy(kept[count++ % MESSAGES_MAX], record,
				 MESSAGE_SIZE - 1) = '\0';
	}
	if (length < 0 && errno != EAGAIN)
		not_known(out, "/dev/kmsg", errno);
	close(fd);
	for (size_t i = count > MESSAGES_MAX ? count - MESSAGES_MAX : 0;
	     i < count; i++)
		fprintf(out, "%s\n", kept[i % MESSAGES_MAX]);
}

static void put_report(FILE *out, struct connection *connection)
{
	put_versions(out);
	title(out, "check");
	check_write(out, false);
	put_module(out, connection);
	put_hooks(out);
	put_netns(out);
	put_use(out, connection);
	put_messages(out);
}

int cmd_report(int argc, char **argv)
{
	struct connection connection;
	struct option_args args;
	char *text = NULL;
	size_t size;
	FILE *out;
	int status;

	if (args_options(&args, ARGS_ANONYMOUS, argc, argv))
		return usage_error(argv[0], args.error);
	status = connect_any(&connection, argv[0]);
	if (status)
		return status;
	out = open_memstream(&text, &size);
	if (out)
		put_report(out, &connection);
	disconnect_kernel(&connection);
	if (!out || fclose(out)) {
		free(text);
		return request_error(argv[0], "", -ENOMEM);
	}
	if (args.anonymous && stand_in_write(stdout, text))
		status = request_error(argv[0], "", -ENOMEM);
	else if (!args.anonymous)
		fputs(text, stdout);
	free(text);
	return status;
}
