/* SPDX-License-Identifier: GPL-2.0 */
/* Redirecting a function with ftrace: registers, flags, original entry. */
#ifndef _XPCPU_COMPAT_FTRACE_H
#define _XPCPU_COMPAT_FTRACE_H

#include <linux/ftrace.h>

#ifdef COMPAT_HAVE_FTRACE_REGS
#define compat_ftrace_regs	ftrace_regs
#else
#define compat_ftrace_regs	pt_regs
#endif

#ifdef CONFIG_DYNAMIC_FTRACE_WITH_ARGS
/* The kernel passes what IPMODIFY needs without full registers. */
#define COMPAT_FTRACE_REGS_FLAG	0

static __always_inline void compat_set_ip(struct compat_ftrace_regs *fregs,
					  unsigned long ip)
{
#ifdef ftrace_regs_set_instruction_pointer
	ftrace_regs_set_instruction_pointer(fregs, ip);
#else
	ftrace_instruction_pointer_set(fregs, ip);
#endif
}
#else
/* Without it registration succeeds and the handler gets no registers. */
#define COMPAT_FTRACE_REGS_FLAG	FTRACE_OPS_FL_SAVE_REGS

/*
 * Of two kinds of registers only the full ones can be changed here: the setter
 * for the other does nothing, and says nothing (arm64 before 6.2).
 */
static __always_inline void compat_set_ip(struct compat_ftrace_regs *regs,
					  unsigned long ip)
{
#ifdef COMPAT_HAVE_FTRACE_REGS
	instruction_pointer_set(ftrace_get_regs(regs), ip);
#else
	instruction_pointer_set(regs, ip);
#endif
}
#endif

/* The traced function's first argument, a pointer. */
static __always_inline const void *
compat_first_argument(struct compat_ftrace_regs *regs)
{
#if defined(ftrace_regs_get_argument)
	return (const void *)ftrace_regs_get_argument(regs, 0);
#elif !defined(COMPAT_HAVE_FTRACE_REGS)
	return (const void *)regs_get_kernel_argument(regs, 0);
#elif defined(CONFIG_DYNAMIC_FTRACE_WITH_ARGS)
	return (const void *)regs_get_kernel_argument(&regs->regs, 0);
#else
	return (const void *)regs_get_kernel_argument(ftrace_get_regs(regs), 0);
#endif
}

/*
 * Our handler nests safely.  Kernels before 5.11 must be told so; later ones
 * take the absence of FTRACE_OPS_FL_RECURSION for it.
 */
#ifdef COMPAT_HAVE_RECURSION_SAFE
#define COMPAT_FTRACE_NEST_FLAG	FTRACE_OPS_FL_RECURSION_SAFE
#else
#define COMPAT_FTRACE_NEST_FLAG	0
#endif

/* Without it the sysctl kernel.ftrace_enabled switches hooks off unnoticed. */
#ifdef COMPAT_HAVE_FTRACE_PERMANENT
#define COMPAT_FTRACE_STAY_FLAG	FTRACE_OPS_FL_PERMANENT
#else
#define COMPAT_FTRACE_STAY_FLAG	0
#endif

#define COMPAT_FTRACE_FLAGS						\
	(FTRACE_OPS_FL_IPMODIFY | COMPAT_FTRACE_STAY_FLAG |		\
	 COMPAT_FTRACE_REGS_FLAG | COMPAT_FTRACE_NEST_FLAG)

/*
 * Where a wrapper calls the original.  On x86 without IBT the body, behind the
 * call to the tracer, may be called directly: cheapest, and no way back into
 * the hook.  Elsewhere the entry is called, and the handler lets pass what
 * comes from this module.
 */
#if defined(CONFIG_X86_64) && !defined(CONFIG_X86_KERNEL_IBT)
#define COMPAT_FTRACE_BODY_OFFSET	MCOUNT_INSN_SIZE
#else
#define COMPAT_FTRACE_BODY_OFFSET	0
#endif

/*
 * A direct call: the function calls a trampoline instead of ftrace.  This one
 * sends its return to the wrapper, as ftrace does: one return is predicted
 * wrongly, where a jump would leave one too few for all callers.  No register
 * is saved, since none is used.  Only where the body can be called: the entry
 * would lead back here.
 */
#if defined(CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS) &&			\
	defined(COMPAT_HAVE_FTRACE_DIRECT) &&				\
	defined(COMPAT_HAVE_FTRACE_PERMANENT) &&			\
	COMPAT_FTRACE_BODY_OFFSET
#include <asm/linkage.h>

#ifndef ASM_RET
#define ASM_RET	"ret\n"
#endif

#define COMPAT_FTRACE_DIRECT	1
#define COMPAT_FTRACE_TRAMPOLINE(_name, _wrapper)			\
	asm(".pushsection .text\n"					\
	    ".p2align 4\n"						\
	    ".type " #_name ", @function\n"				\
	    #_name ":\n"						\
	    "	movq $" #_wrapper ", (%rsp)\n"				\
	    "	" ASM_RET "\n"						\
	    ".size " #_name ", . - " #_name "\n"			\
	    ".popsection\n");						\
	void _name(void)

static inline int compat_direct_register(unsigned long ip, void *trampoline)
{
	return register_ftrace_direct(ip, (unsigned long)trampoline);
}

static inline int compat_direct_unregister(unsigned long ip, void *trampoline)
{
	return unregister_ftrace_direct(ip, (unsigned long)trampoline);
}
#else
#define COMPAT_FTRACE_DIRECT	0
#define COMPAT_FTRACE_TRAMPOLINE(_name, _wrapper)			\
	static void _name(void)						\
	{								\
	}								\
	static void _name(void)

static inline int compat_direct_register(unsigned long ip, void *trampoline)
{
	return -EOPNOTSUPP;
}

static inline int compat_direct_unregister(unsigned long ip, void *trampoline)
{
	return -EOPNOTSUPP;
}
#endif

/*
 * Indirect branch tracking (IBT).  The kernel overwrites the landing pads of
 * functions to which it never jumps indirectly; our calls of the originals are
 * indirect, and the processor would stop them.
 */
#ifdef CONFIG_X86_KERNEL_IBT
#include <asm/cpufeature.h>
#define compat_indirect_calls_tracked()	cpu_feature_enabled(X86_FEATURE_IBT)
#else
#define compat_indirect_calls_tracked()	false
#endif

/* The traced address lies at most this far behind the function's symbol. */
#define COMPAT_FTRACE_ENTRY_SPAN	16

#endif
