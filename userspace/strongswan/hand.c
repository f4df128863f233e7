// SPDX-License-Identifier: GPL-2.0-or-later
#include "hand.h"

#include <inttypes.h>

/**
 * struct algorithm - one of charon's
 * @id: charon's number
 * @name: as in /proc/crypto
 * @bits: of its check value; encryption alone has none
 */
struct algorithm {
	uint16_t id;
	const char *name;
	unsigned int bits;
};

static const struct algorithm encryption[] = {
	{ ENCR_NULL, "ecb(cipher_null)", 0 },
	{ ENCR_3DES, "cbc(des3_ede)", 0 },
	{ ENCR_AES_CBC, "cbc(aes)", 0 },
	{ ENCR_AES_CTR, "rfc3686(ctr(aes))", 0 },
	{ ENCR_CAMELLIA_CBC, "cbc(camellia)", 0 },
	{ ENCR_AES_CCM_ICV8, "rfc4309(ccm(aes))", 64 },
	{ ENCR_AES_CCM_ICV12, "rfc4309(ccm(aes))", 96 },
	{ ENCR_AES_CCM_ICV16, "rfc4309(ccm(aes))", 128 },
	{ ENCR_AES_GCM_ICV8, "rfc4106(gcm(aes))", 64 },
	{ ENCR_AES_GCM_ICV12, "rfc4106(gcm(aes))", 96 },
	{ ENCR_AES_GCM_ICV16, "rfc4106(gcm(aes))", 128 },
	{ ENCR_NULL_AUTH_AES_GMAC, "rfc4543(gcm(aes))", 128 },
	{ ENCR_CHACHA20_POLY1305, "rfc7539esp(chacha20,poly1305)", 128 },
};

static const struct algorithm integrity[] = {
	{ AUTH_HMAC_SHA1_96, "hmac(sha1)", 96 },
	{ AUTH_HMAC_SHA2_256_128, "hmac(sha256)", 128 },
	{ AUTH_HMAC_SHA2_384_192, "hmac(sha384)", 192 },
	{ AUTH_HMAC_SHA2_512_256, "hmac(sha512)", 256 },
	{ AUTH_AES_XCBC_96, "xcbc(aes)", 96 },
	{ AUTH_AES_CMAC_96, "cmac(aes)", 96 },
};

static const struct algorithm *find(const struct algorithm *all, size_t count,
				    uint16_t id)
{
	for (size_t i = 0; i < count; i++) {
		if (all[i].id == id)
			return &all[i];
	}
	return NULL;
}

static const struct algorithm *find_enc(const kernel_ipsec_add_sa_t *data)
{
	return find(encryption, countof(encryption), data->enc_alg);
}

static const struct algorithm *find_auth(const kernel_ipsec_add_sa_t *data)
{
	return find(integrity, countof(integrity), data->int_alg);
}

bool hand_can(const kernel_ipsec_add_sa_t *data)
{
	return (data->enc_alg == ENCR_UNDEFINED || find_enc(data)) &&
	       (data->int_alg == AUTH_UNDEFINED || find_auth(data)) &&
	       data->copy_df && data->copy_ecn &&
	       data->copy_dscp == DSCP_COPY_OUT_ONLY && !data->tfc &&
	       !data->interface && data->hw_offload == HW_OFFLOAD_NO &&
	       data->ipcomp == IPCOMP_NONE;
}

static const char *mode_name(ipsec_mode_t mode)
{
	switch (mode) {
	case MODE_TRANSPORT:
		return "transport";
	case MODE_BEET:
		return "beet";
	default:
		return "tunnel";
	}
}

static void put_number(struct pr_writer *w, const char *key, uint64_t value)
{
	if (value)
		pr_put(w, key, "%" PRIu64, value);
}

void hand_put_mark(struct pr_writer *w, const char *key, mark_t mark)
{
	if (mark.mask)
		pr_put(w, key, "0x%" PRIx32 "/0x%" PRIx32, mark.value,
		       mark.mask);
}

static void put_key(struct pr_writer *w, const char *key, chunk_t bytes)
{
	chunk_t digits = chunk_to_hex(bytes, NULL, FALSE);

	if (bytes.len)
		pr_put(w, key, "%s", (char *)digits.ptr);
	chunk_clear(&digits);
}

static void put_algorithms(struct pr_writer *w,
			   const kernel_ipsec_add_sa_t *data)
{
	const struct algorithm *enc = find_enc(data), *auth = find_auth(data);

	if (enc && enc->bits) {
		pr_put(w, "aead", "%s", enc->name);
		pr_put(w, "aead-icv", "%u", enc->bits);
	} else if (enc) {
		pr_put(w, "enc", "%s", enc->name);
	}
	if (auth) {
		pr_put(w, "auth", "%s", auth->name);
		pr_put(w, "auth-trunc", "%u", auth->bits);
	}
}

static void put_lifetime(struct pr_writer *w, const lifetime_cfg_t *life)
{
	put_number(w, "soft-bytes", life->bytes.rekey);
	put_number(w, "hard-bytes", life->bytes.life);
	put_number(w, "soft-packets", life->packets.rekey);
	put_number(w, "hard-packets", life->packets.life);
	put_number(w, "soft-seconds", life->time.rekey);
	put_number(w, "hard-seconds", life->time.life);
}

static void put_common(struct pr_writer *w, const kernel_ipsec_sa_id_t *id,
		       const kernel_ipsec_add_sa_t *data)
{
	pr_put(w, "reqid", "%" PRIu32, data->reqid);
	pr_put(w, "mode", "%s", mode_name(data->mode));
	put_algorithms(w, data);
	put_lifetime(w, data->lifetime);
	put_number(w, "replay-window", data->replay_window);
	if (data->esn)
		pr_put(w, "esn", "yes");
	if (data->encap) {
		put_number(w, "encap-local", id->dst->get_port(id->dst));
		put_number(w, "encap-peer", id->src->get_port(id->src));
	}
}

void hand_put(struct pr_writer *w, const kernel_ipsec_sa_id_t *id,
	      const kernel_ipsec_add_sa_t *data)
{
	const struct algorithm *enc = find_enc(data);
	bool in = data->inbound;

	if (in)
		put_common(w, id, data);
	if (enc && enc->bits)
		put_key(w, in ? "aead-key-in" : "aead-key-out", data->enc_key);
	else
		put_key(w, in ? "enc-key-in" : "enc-key-out", data->enc_key);
	put_key(w, in ? "auth-key-in" : "auth-key-out", data->int_key);
	put_number(w, in ? "if-id-in" : "if-id-out", id->if_id);
	hand_put_mark(w, in ? "mark-in" : "mark-out", id->mark);
	hand_put_mark(w, in ? "set-mark-in" : "set-mark-out", data->mark);
}
