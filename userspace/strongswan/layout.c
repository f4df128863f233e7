// SPDX-License-Identifier: GPL-2.0-or-later
#include "layout.h"

#include <ctype.h>
#include <string.h>

#include "charon.h"

#include <sa/task.h>

const char layout_built_for[] = "xfrm-pcpu " XP_VERSION
				" for strongSwan " VERSION;

static bool in_version(char c)
{
	return isalnum((unsigned char)c) || c == '.';
}

/* Our version's number, and not as a part of another one. */
static bool says_version(const char *bytes, size_t size)
{
	const size_t length = strlen(VERSION);
	const char *end = bytes + size;
	const char *at = bytes;

	while ((at = memmem(at, end - at, VERSION, length))) {
		const char *after = at + length;

		if (at > bytes && !in_version(at[-1]) && after < end &&
		    !in_version(*after))
			return true;
		at++;
	}
	return false;
}

/* No library of charon's tells the version; its program says it in its log. */
static bool version_fits(void)
{
	chunk_t *program = chunk_map("/proc/self/exe", FALSE);
	bool fits = program && says_version((char *)program->ptr, program->len);

	if (program)
		chunk_unmap(program);
	return fits;
}

/* Names that move when mediation is configured in or out, and others. */
static bool names_fit(void)
{
	const struct {
		enum_name_t *names;
		int value;
		const char *name;
	} known[] = {
		{ task_type_names, TASK_CHILD_CREATE, "CHILD_CREATE" },
		{ task_type_names, TASK_CHILD_REKEY, "CHILD_REKEY" },
		{ child_sa_state_names, CHILD_INSTALLED, "INSTALLED" },
		{ child_sa_state_names, CHILD_DESTROYING, "DESTROYING" },
		{ ike_sa_state_names, IKE_DESTROYING, "DESTROYING" },
		{ payload_type_short_names, PLV2_NOTIFY, "N" },
	};

	for (size_t i = 0; i < countof(known); i++) {
		const char *name = enum_to_name(known[i].names, known[i].value);

		if (!name || strcmp(name, known[i].name))
			return false;
	}
	return true;
}

bool layout_fits(void)
{
	if (!version_fits()) {
		DBG1(DBG_CFG,
		     "%s does not fit this program, which is of another version: not used",
		     layout_built_for);
		return false;
	}
	if (!names_fit()) {
		DBG1(DBG_CFG,
		     "%s does not fit this program, which was configured in another way: not used",
		     layout_built_for);
		return false;
	}
	return true;
}
