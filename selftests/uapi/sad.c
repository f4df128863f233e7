// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "case.h"
#include "names.h"
#include "print.h"
#include "request.h"
#include "sad.h"
#include "words.h"

#define ENTRIES_MAX 4096
#define FILL_SPI 0x10000
#define FILL_CPUS (CPUS + 1) /* one for "none" */

static struct sad_entry table[ENTRIES_MAX];
static size_t nr_entries;

static void entry_seen(const struct nlmsghdr *hdr)
{
	const struct xfrm_usersa_info *sa = NLMSG_DATA(hdr);
	const struct nlattr *attr = msg_attr(hdr, ATTR_SA_PCPU);
	struct sad_entry *entry = &table[nr_entries];
	__u32 cpu;

	if (hdr->nlmsg_type != XFRM_MSG_NEWSA || nr_entries == ENTRIES_MAX)
		return;
	nr_entries++;
	entry->spi = ntohl(sa->id.spi);
	entry->packets = sa->curlft.packets;
	entry->cpu = -1;
	if (attr && attr->nla_len == NLA_HDRLEN + sizeof(cpu)) {
		memcpy(&cpu, attr_data(attr), sizeof(cpu));
		entry->cpu = cpu;
	}
}

size_t sad_read(int fd, size_t bufsize, const struct sad_entry **entries)
{
	char verb[] = "dumpsa", *words[] = { verb };
	static struct nl_msg msg;
	size_t ignored;

	nr_entries = 0;
	request_build(&msg, 1, words, &ignored);
	nl_talk(fd, &msg, bufsize, entry_seen);
	*entries = table;
	return nr_entries;
}

unsigned long long sad_packets(const struct sad_entry *entries, size_t count,
			       unsigned int spi)
{
	for (size_t i = 0; i < count; i++)
		if (entries[i].spi == spi)
			return entries[i].packets;
	return 0;
}

/* fill_cpu - the CPU of the SA that was made as the @nr-th */
static long fill_cpu(unsigned int nr)
{
	return (long)(nr % FILL_CPUS) - 1;
}

void sad_fill(int fd, unsigned int count)
{
	static struct nl_msg msg;
	unsigned int refused = 0;

	for (unsigned int nr = 0; nr < count; nr++) {
		char line[256], *words[16], *save, *word;
		int nr_words = 0;
		size_t ignored;

		words_expand("newsa $SA dir=out", line, sizeof(line));
		snprintf(line + strlen(line), sizeof(line) - strlen(line),
			 " spi=%u", FILL_SPI + nr);
		if (fill_cpu(nr) >= 0)
			snprintf(line + strlen(line),
				 sizeof(line) - strlen(line), " pcpu=%ld",
				 fill_cpu(nr));
		for (word = strtok_r(line, " ", &save); word;
		     word = strtok_r(NULL, " ", &save))
			words[nr_words++] = word;
		request_build(&msg, nr_words, words, &ignored);
		refused += !!nl_talk(fd, &msg, 0, NULL).err;
	}
	printf("filled with %u SAs, %u refused\n", count, refused);
}

/* sad_check - on a socket of its own: what one once read in, the kernel fills */
void sad_check(size_t bufsize)
{
	int fd = nl_open();
	static unsigned char seen[ENTRIES_MAX];
	unsigned int cpus[FILL_CPUS] = { 0 };
	unsigned int wrong = 0, twice = 0, foreign = 0;
	const struct sad_entry *entries;
	size_t count = sad_read(fd, bufsize, &entries);

	close(fd);
	memset(seen, 0, sizeof(seen));
	for (size_t i = 0; i < count; i++) {
		unsigned int nr = entries[i].spi - FILL_SPI;

		if (nr >= ENTRIES_MAX) {
			foreign++;
			continue;
		}
		twice += seen[nr]++;
		wrong += entries[i].cpu != fill_cpu(nr);
		cpus[nr % FILL_CPUS]++;
	}
	printf("dump in buffers of %zu: %zu SAs", bufsize, count);
	for (int i = 0; i < FILL_CPUS; i++)
		printf(", CPU %ld: %u", fill_cpu(i), cpus[i]);
	printf("; %u with a wrong CPU, %u twice, %u foreign\n", wrong, twice,
	       foreign);
}
