// SPDX-License-Identifier: GPL-2.0-or-later
#include "saved.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "text/value.h"

#define FIRST_LINE "xfrm-pcpu save 1"

/* Put a message into @saved->error and fail. */
#define wrong(saved, ...) \
	(snprintf((saved)->error, sizeof((saved)->error), __VA_ARGS__), -EINVAL)

static bool has_mark(const struct xp_mark *mark)
{
	return mark->value || mark->mask;
}

void saved_write(FILE *out, const struct xp_sad *sad)
{
	fputs(FIRST_LINE "\n", out);
	for (size_t i = 0; i < sad->count; i++) {
		const struct xp_sad_sa *sa = &sad->sa[i];

		if (sa->cpu == XFRM_PCPU_CPU_NONE || !sa->id.spi)
			continue;
		fprintf(out, "dst=%s spi=0x%08" PRIx32 " proto=%s",
			name_of_addr(&sa->id.dst).text, sa->id.spi,
			name_of_proto(sa->id.proto).text);
		if (has_mark(&sa->id.mark))
			fprintf(out, " mark=0x%" PRIx32 "/0x%" PRIx32,
				sa->id.mark.value, sa->id.mark.mask);
		fprintf(out, " src=%s reqid=%" PRIu32 " cpu=%" PRIu32 "\n",
			name_of_addr(&sa->src).text, sa->reqid, sa->cpu);
	}
}

/* Which words a line had. */
enum {
	DST = 1,
	SPI = 2,
	PROTO = 4,
	MARK = 8,
	SRC = 16,
	REQID = 32,
	CPU = 64,
};

#define NEEDED (DST | SPI | PROTO | SRC | REQID | CPU)

/* Returns the word's bit, 0 if it is unknown or its value is none. */
static unsigned int read_word(struct saved_sa *sa, const char *key,
			      const char *value)
{
	if (!strcmp(key, "dst"))
		return text_address(value, &sa->id.dst) ? 0 : DST;
	if (!strcmp(key, "spi"))
		return text_u32(value, &sa->id.spi) || !sa->id.spi ? 0 : SPI;
	if (!strcmp(key, "proto"))
		return text_proto(value, &sa->id.proto) ? 0 : PROTO;
	if (!strcmp(key, "mark"))
		return text_mark_or_value(value, &sa->id.mark) ? 0 : MARK;
	if (!strcmp(key, "src"))
		return text_address(value, &sa->src) ? 0 : SRC;
	if (!strcmp(key, "reqid"))
		return text_u32(value, &sa->reqid) ? 0 : REQID;
	if (!strcmp(key, "cpu"))
		return text_u32(value, &sa->cpu) ||
				       sa->cpu == XFRM_PCPU_CPU_NONE
			       ? 0
			       : CPU;
	return 0;
}

static int read_line(struct saved *saved, unsigned int number, char *line,
		     struct saved_sa *sa)
{
	unsigned int seen = 0;
	char *rest = line;
	char *word;

	memset(sa, 0, sizeof(*sa));
	while ((word = strsep(&rest, " \t"))) {
		char *value = strchr(word, '=');
		unsigned int bit;

		if (!*word)
			continue;
		if (value)
			*value++ = '\0';
		bit = value ? read_word(sa, word, value) : 0;
		if (!bit)
			return wrong(saved,
				     "line %u: bad word \"%.40s%s%.40s\"",
				     number, word, value ? "=" : "",
				     value ? value : "");
		if (seen & bit)
			return wrong(saved, "line %u: %.40s is given twice",
				     number, word);
		seen |= bit;
	}
	if ((seen & NEEDED) != NEEDED)
		return wrong(saved,
			     "line %u: expected dst, spi, proto, src, reqid "
			     "and cpu",
			     number);
	return 0;
}

static int add(struct saved *saved, const struct saved_sa *sa)
{
	if (saved->count == saved->room) {
		size_t room = saved->room ? saved->room * 2 : 16;
		struct saved_sa *new =
			reallocarray(saved->sa, room, sizeof(*new));

		if (!new)
			return -ENOMEM;
		saved->sa = new;
		saved->room = room;
	}
	saved->sa[saved->count++] = *sa;
	return 0;
}

int saved_read(struct saved *saved, FILE *in)
{
	unsigned int number = 0;
	char *line = NULL;
	size_t room = 0;
	int err = 0;

	while (!err && getline(&line, &room, in) >= 0) {
		struct saved_sa sa;

		line[strcspn(line, "\n")] = '\0';
		if (!number++) {
			if (strcmp(line, FIRST_LINE))
				err = wrong(saved,
					    "line 1: expected \"" FIRST_LINE
					    "\", as xfrm-pcpu save "
					    "writes it");
			continue;
		}
		if (!line[0] || line[0] == '#')
			continue;
		err = read_line(saved, number, line, &sa);
		if (!err)
			err = add(saved, &sa);
	}
	free(line);
	if (!err && ferror(in))
		err = errno ? -errno : -EIO;
	if (!err && !number)
		err = wrong(saved, "nothing to read: expected what xfrm-pcpu "
				   "save wrote, on stdin");
	return err;
}

void saved_free(struct saved *saved)
{
	free(saved->sa);
	memset(saved, 0, sizeof(*saved));
}
