// SPDX-License-Identifier: GPL-2.0-or-later
#include "plugin.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME "libstrongswan-xfrm-pcpu.so"
#define MARK "xfrm-pcpu "
/* Longest text that is looked at. */
#define TEXT_MAX 128

/* As Debian and Fedora have it. */
static const char *const paths[] = {
	"/usr/lib/ipsec/plugins/" NAME,
	"/usr/lib64/strongswan/plugins/" NAME,
	"/usr/lib/strongswan/plugins/" NAME,
};

static bool take(struct plugin *plugin, const char *text)
{
	struct plugin found = { 0 };

	if (sscanf(text, MARK "%31s for strongSwan %9u.%9u.%9u", found.version,
		   &found.charon[0], &found.charon[1], &found.charon[2]) != 4)
		return false;
	*plugin = found;
	return true;
}

static void search(struct plugin *plugin, const char *bytes, size_t size)
{
	const char *end = bytes + size;
	const char *at = bytes;

	while ((at = memmem(at, end - at, MARK, strlen(MARK)))) {
		char text[TEXT_MAX + 1];
		size_t length = end - at;

		if (length > TEXT_MAX)
			length = TEXT_MAX;
		memcpy(text, at, length);
		text[length] = '\0';
		if (take(plugin, text))
			return;
		at++;
	}
}

bool plugin_read(struct plugin *plugin, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *bytes;

	memset(plugin, 0, sizeof(*plugin));
	if (fd < 0)
		return false;
	if (!fstat(fd, &st) && st.st_size > 0) {
		bytes = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (bytes != MAP_FAILED) {
			search(plugin, bytes, st.st_size);
			munmap(bytes, st.st_size);
		}
	}
	close(fd);
	return true;
}

bool plugin_look(struct plugin *plugin)
{
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (plugin_read(plugin, paths[i]))
			return true;
	}
	return false;
}
