// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <net/ethernet.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/udp.h>
#include <string.h>

#include "frame.h"
#include "random.h"

#define MARKER_LEN 4
#define KEEPALIVE 0xff

static bool is_ipv6(const struct frame *frame)
{
	return ((const struct iphdr *)(frame->data + ETH_HLEN))->version == 6;
}

static size_t ip_len(const struct frame *frame)
{
	return is_ipv6(frame) ? sizeof(struct ip6_hdr) : sizeof(struct iphdr);
}

static struct iphdr *ip4(struct frame *frame)
{
	return (void *)(frame->data + ETH_HLEN);
}

static struct ip6_hdr *ip6(struct frame *frame)
{
	return (void *)(frame->data + ETH_HLEN);
}

static __u8 *protocol_of(struct frame *frame)
{
	return is_ipv6(frame) ? &ip6(frame)->ip6_nxt : &ip4(frame)->protocol;
}

static struct udphdr *udp_of(struct frame *frame)
{
	return (void *)(frame->data + ETH_HLEN + ip_len(frame));
}

static size_t esp_at(const struct frame *frame)
{
	struct frame *same = (struct frame *)frame;
	size_t at = ETH_HLEN + ip_len(frame);

	return *protocol_of(same) == IPPROTO_UDP ? at + sizeof(struct udphdr)
						 : at;
}

bool frame_is_esp(const struct frame *frame)
{
	struct frame *same = (struct frame *)frame;
	const struct ether_header *ether = (void *)same->data;
	__u16 type = ntohs(ether->ether_type);

	if (frame->len < ETH_HLEN + sizeof(struct ip6_hdr) ||
	    (type != ETHERTYPE_IP && type != ETHERTYPE_IPV6) ||
	    is_ipv6(frame) != (type == ETHERTYPE_IPV6) ||
	    (type == ETHERTYPE_IP && ip4(same)->ihl != 5))
		return false;
	if (*protocol_of(same) == IPPROTO_UDP)
		return ntohs(udp_of(same)->dest) == FRAME_NAT_PORT &&
		       frame->len > esp_at(frame) + MARKER_LEN;
	return *protocol_of(same) == IPPROTO_ESP;
}

static void set_spi(struct frame *frame, const struct frame *other)
{
	__u32 odd = htonl(random_odd());
	__u8 *at = frame->data + esp_at(frame);

	if (random_below(2))
		memcpy(at, other->data + esp_at(other), sizeof(odd));
	else
		memcpy(at, &odd, sizeof(odd));
}

static void set_length(struct frame *frame)
{
	__u16 length = htons(random_below(2) ? random_odd()
					     : random_below(frame->len));

	if (*protocol_of(frame) == IPPROTO_UDP && random_below(2))
		udp_of(frame)->len = length;
	else if (is_ipv6(frame))
		ip6(frame)->ip6_plen = length;
	else
		ip4(frame)->tot_len = length;
}

static void set_protocol(struct frame *frame)
{
	static const __u8 some[] = { IPPROTO_ESP,     IPPROTO_UDP,
				     IPPROTO_AH,      IPPROTO_IPIP,
				     IPPROTO_IPV6,    IPPROTO_HOPOPTS,
				     IPPROTO_ROUTING, IPPROTO_FRAGMENT,
				     IPPROTO_NONE };

	*protocol_of(frame) = some[random_below(sizeof(some))];
}

/* Parts that may become a whole, with those of other frames. */
static void set_fragment(struct frame *frame)
{
	if (is_ipv6(frame)) {
		set_protocol(frame);
		return;
	}
	ip4(frame)->frag_off =
		htons((random_below(2) ? IP_MF : 0) | random_below(8));
	ip4(frame)->id = htons(random_below(8));
}

/* What else comes to that port: IKE, and keepalives. */
static void set_udp(struct frame *frame)
{
	size_t at = esp_at(frame);

	if (*protocol_of(frame) != IPPROTO_UDP) {
		set_protocol(frame);
	} else if (random_below(2)) {
		memset(frame->data + at, 0, MARKER_LEN);
	} else {
		frame->data[at] = KEEPALIVE;
		frame->len = at + 1;
		udp_of(frame)->len = htons(sizeof(struct udphdr) + 1);
	}
}

static void set_byte(struct frame *frame)
{
	size_t at = random_below(frame->len);

	if (random_below(2))
		frame->data[at] ^= 1 << random_below(8);
	else
		frame->data[at] = random_odd();
}

static void set_end(struct frame *frame)
{
	size_t len = random_below(2) ? random_below(frame->len)
				     : frame->len + random_below(64);

	if (len < ETH_HLEN)
		len = ETH_HLEN;
	if (len > FRAME_MAX)
		len = FRAME_MAX;
	if (len > frame->len)
		memset(frame->data + frame->len, random_odd(),
		       len - frame->len);
	frame->len = len;
}

/* To another address, by Ethernet or by IP. */
static void set_address(struct frame *frame, const struct frame *other)
{
	size_t at = ETH_HLEN + (is_ipv6(frame) ? 24 : 16);

	if (random_below(2))
		frame->data[0] |= 1;
	else if (is_ipv6(frame) == is_ipv6(other))
		memcpy(frame->data + at, other->data + at,
		       is_ipv6(frame) ? 16 : 4);
}

static void fix_checksum(struct frame *frame)
{
	const __u16 *word = (void *)ip4(frame);
	__u32 sum = 0;

	ip4(frame)->check = 0;
	for (size_t i = 0; i < sizeof(struct iphdr) / 2; i++)
		sum += word[i];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	ip4(frame)->check = ~sum;
}

/* What one of them leaves need not be ESP any more: the next would misread it. */
static bool whole(const struct frame *frame)
{
	return frame_is_esp(frame) && frame->len >= esp_at(frame) + MARKER_LEN;
}

void frame_mutate(struct frame *frame, const struct frame *other)
{
	if (!random_below(8))
		return;
	for (__u32 n = 1 + random_below(4); n && whole(frame); n--) {
		switch (random_below(8)) {
		case 0:
			set_byte(frame);
			break;
		case 1:
			set_end(frame);
			break;
		case 2:
			set_length(frame);
			break;
		case 3:
			set_protocol(frame);
			break;
		case 4:
			set_fragment(frame);
			break;
		case 5:
			set_udp(frame);
			break;
		case 6:
			set_address(frame, other);
			break;
		default:
			set_spi(frame, other);
		}
	}
	/* Or hardly one would come as far as ESP. */
	if (frame->len >= ETH_HLEN + sizeof(struct iphdr) && !is_ipv6(frame) &&
	    random_below(8))
		fix_checksum(frame);
}
