// SPDX-License-Identifier: GPL-2.0-or-later
#include "helper.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#include "log.h"
#include "protocol/order.h"
#include "protocol/request.h"

static void send_to(struct link *link, const char *text, int length)
{
	if (!link || !length)
		return;
	if (length < 0)
		log_errno(length, "a message cannot be written");
	else
		link_send(link, text, length);
}

static struct link *who_moves(struct helper *helper, uint64_t move)
{
	struct link *link = helper->links;

	while (link && link->move != move)
		link = link->next;
	return link;
}

static void tell(const struct lg_event *event, void *arg);

/* An outbound SA is nothing without the inbound one, which comes first. */
static void install(struct helper *helper, const struct lg_action *action)
{
	const struct lg_event event = {
		.type = LG_CPU_REFUSED,
		.refused = { .child = action->child,
			     .direction = action->direction,
			     .cpu = action->cpu },
	};
	struct handed *handed = handed_find(helper->handed, &action->child);
	bool is_in = action->direction == LG_IN;

	if (!handed || (handed->err && !is_in))
		return;
	handed->err = kernel_install(&helper->kernel, action,
				     is_in ? &handed->in : &handed->out,
				     handed->text, sizeof(handed->text));
	if (!handed->err)
		return;
	xp_install_wipe(&handed->out);
	log_line("%s", handed->text);
	tell(&event, helper);
}

/* @action says what became of the SAs that were handed over. */
static void say_installed(struct helper *helper, struct lg_action *action)
{
	const struct handed *handed =
		handed_find(helper->handed, &action->child);

	action->error = handed ? handed->err : -ENOENT;
	action->text = handed ? handed->text : "the keys are not there";
}

static void note(struct helper *helper, uint32_t reqid, bool on)
{
	int err = notes_set(&helper->notes, reqid, on);

	if (err)
		log_errno(err, "CPU_ACQUIRE cannot be noted");
}

/* Before it is set, and after it was taken away: whenever we are killed. */
static void set_flag(struct helper *helper, const struct lg_action *action)
{
	if (action->on)
		note(helper, action->reqid, true);
	kernel_do(&helper->kernel, action);
	if (!action->on && !flags_pending(helper->kernel.failed, action->reqid))
		note(helper, action->reqid, false);
}

static void act(struct helper *helper, struct lg_action *action)
{
	char text[PR_MESSAGE_MAX];
	struct link *to = helper->daemon;

	if (action->type == LG_LOG) {
		log_action(action);
		return;
	}
	if (action->type == LG_MOVED) {
		to = who_moves(helper, action->ref.id);
		if (to)
			to->move = 0;
	}
	if (action->type == LG_INSTALL_SA)
		install(helper, action);
	if (action->by_helper)
		say_installed(helper, action);
	send_to(to, text, pr_order_write(action, text, sizeof(text)));
	if (action->type == LG_SET_FLAG)
		set_flag(helper, action);
	else
		kernel_do(&helper->kernel, action);
}

/* Events that actions bring about come here too, before the next action. */
static void tell(const struct lg_event *event, void *arg)
{
	struct helper *helper = arg;
	struct lg_action action;
	int err = lg_event(helper->lg, loop_now(), event);

	if (err) {
		helper->err = err;
		helper->loop.stop = true;
		return;
	}
	while (lg_next_action(helper->lg, &action))
		act(helper, &action);
	handed_sweep(&helper->handed, helper->lg);
	if (event->type == LG_KERNEL && helper->daemon) {
		char text[PR_LINE_MAX];

		send_to(helper->daemon, text,
			pr_hello_write(event->kernel, text, sizeof(text)));
	}
}

static void refuse(struct link *link, const char *why)
{
	char text[PR_LINE_MAX];

	send_to(link, text, pr_error_write(why, text, sizeof(text)));
}

static void say_hello(struct helper *helper, struct link *link,
		      const struct lg_event *event)
{
	char text[PR_LINE_MAX];

	if (helper->daemon && helper->daemon != link) {
		refuse(link, "there is a daemon already");
		link_close(link, "there is a daemon already");
		return;
	}
	kernel_look(&helper->kernel);
	helper->daemon = link;
	link->is_daemon = true;
	kernel_serve(&helper->kernel, true);
	send_to(link, text,
		pr_hello_write(kernel_kind(&helper->kernel), text,
			       sizeof(text)));
	tell(event, helper);
}

static void show_one(const struct lg_view *view, void *arg)
{
	char text[PR_LINE_MAX];

	send_to(arg, text, pr_child_write(view, text, sizeof(text)));
}

static void show(struct helper *helper, struct link *link)
{
	lg_view(helper->lg, loop_now(), show_one, link);
	show_one(NULL, link);
}

/* What the kernel shows of a Child SA is added to what the daemon tells. */
static void look_up_cpus(struct helper *helper, struct lg_event *event)
{
	struct xp_sa_id id = { .proto = event->child_up.proto };
	struct xp_addr local, peer;

	if (!lg_addresses(helper->lg, event->child_up.child.ike, &local, &peer))
		return;
	id.dst = local;
	id.spi = event->child_up.child.spi_in;
	id.mark = event->child_up.mark_in;
	event->child_up.cpu_in = kernel_cpu(&helper->kernel, &id);
	id.dst = peer;
	id.spi = event->child_up.spi_out;
	id.mark = event->child_up.mark_out;
	event->child_up.cpu_out = kernel_cpu(&helper->kernel, &id);
}

static void move(struct helper *helper, struct link *link,
		 struct lg_event *event)
{
	if (link->move) {
		refuse(link, "one move at a time");
		return;
	}
	link->move = ++helper->last_move;
	event->move.id = link->move;
	tell(event, helper);
}

static void hand_over(struct helper *helper, const struct pr_request *request)
{
	const struct lg_event *event = &request->event;
	struct xp_addr local, peer;

	if (event->type == LG_INSTALL && event->install.by_helper &&
	    handed_add(&helper->handed, &event->install.child, &request->in,
		       &request->out))
		log_errno(-ENOMEM, "SAs cannot be installed");
	/* An IKE SA that is known inherits nothing. */
	if (event->type == LG_IKE_UP && event->ike_up.replaces &&
	    !lg_addresses(helper->lg, event->ike_up.ike, &local, &peer))
		handed_rename(helper->handed, event->ike_up.replaces,
			      event->ike_up.ike);
}

static void take_request(struct helper *helper, struct link *link,
			 struct pr_request *request)
{
	if (request->note)
		log_line("%s", request->note);
	if (request->kind == PR_HELLO) {
		say_hello(helper, link, &request->event);
	} else if (request->kind == PR_STATUS) {
		show(helper, link);
	} else if (request->kind == PR_MOVE) {
		move(helper, link, &request->event);
	} else if (!link->is_daemon) {
		refuse(link, "message: expected hello first");
	} else {
		if (request->event.type == LG_CHILD_UP)
			look_up_cpus(helper, &request->event);
		hand_over(helper, request);
		tell(&request->event, helper);
	}
}

static void take_message(struct link *link, const struct pr_message *message,
			 void *arg)
{
	struct pr_request request;
	char error[160];

	if (pr_request_read(message, &request, error, sizeof(error))) {
		refuse(link, error);
		return;
	}
	take_request(arg, link, &request);
	pr_request_wipe(&request);
}

static void end(struct helper *helper, struct link *link)
{
	const struct lg_event event = { .type = LG_DAEMON_DOWN };

	if (helper->stdio)
		helper->loop.stop = true;
	if (helper->daemon == link) {
		log_line("the daemon's connection: %s", link->why);
		helper->daemon = NULL;
		kernel_serve(&helper->kernel, false);
		tell(&event, helper);
	}
	link_free(link);
}

static void end_closing(struct helper *helper)
{
	struct link **at = &helper->links;

	while (*at) {
		struct link *link = *at;

		if (!link->closing) {
			at = &link->next;
			continue;
		}
		*at = link->next;
		end(helper, link);
	}
}

void helper_connect(struct helper *helper, int fd_in, int fd_out)
{
	struct link *link =
		link_new(&helper->loop, fd_in, fd_out, take_message, helper);

	if (!link) {
		log_line("a connection cannot be served");
		return;
	}
	link->next = helper->links;
	helper->links = link;
}

static void random_bytes(void *buffer, size_t size, void *arg)
{
	(void)arg;
	/* Up to 256 bytes are never cut short (getrandom(2)). */
	if (getrandom(buffer, size, 0) != (ssize_t)size)
		abort();
}

/* The limit that is meant by none. */
static void fill_limit(struct lg_config *config)
{
	struct cpus present;

	if (!config->limit && !cpus_read("present", &present))
		config->limit = 2 * present.count;
}

int helper_open(struct helper *helper, const struct lg_config *config)
{
	struct lg_config whole = *config;
	int err;

	*helper = (struct helper){ .notes.fd = -1 };
	err = loop_open(&helper->loop);
	if (err)
		return err;
	err = kernel_open(&helper->kernel, &helper->loop, tell, helper);
	if (err)
		return err;
	fill_limit(&whole);
	whole.cpus = helper->kernel.possible;
	whole.random = random_bytes;
	helper->lg = lg_new(&whole);
	if (!helper->lg) {
		kernel_close(&helper->kernel);
		return -ENOMEM;
	}
	kernel_look(&helper->kernel);
	return 0;
}

void helper_configure(struct helper *helper, const struct lg_config *config)
{
	struct lg_event event = { .type = LG_CONFIGURE, .config = *config };

	fill_limit(&event.config);
	tell(&event, helper);
}

int helper_remember(struct helper *helper, const char *path)
{
	struct lg_event event = { .type = LG_FLAG_LEFT };
	int err = notes_open(&helper->notes, path);

	for (size_t i = 0; !err && i < helper->notes.count; i++) {
		event.left = helper->notes.reqids[i];
		if (event.left)
			tell(&event, helper);
	}
	return err;
}

void helper_close(struct helper *helper)
{
	const struct lg_event event = { .type = LG_DAEMON_DOWN };

	helper->daemon = NULL;
	if (!helper->err)
		tell(&event, helper);
	while (helper->links) {
		struct link *link = helper->links;

		helper->links = link->next;
		link_free(link);
	}
	handed_sweep(&helper->handed, NULL);
	lg_free(helper->lg);
	notes_close(&helper->notes);
	kernel_close(&helper->kernel);
}

int helper_run(struct helper *helper)
{
	const struct lg_event timer = { .type = LG_TIMER };
	int err = 0;

	while (!err && !helper->loop.stop) {
		uint64_t until = lg_deadline(helper->lg);

		if (helper->kernel.look_at < until)
			until = helper->kernel.look_at;
		err = loop_wait(&helper->loop, until);
		end_closing(helper);
		if (loop_now() >= helper->kernel.look_at)
			kernel_look(&helper->kernel);
		if (loop_now() >= lg_deadline(helper->lg))
			tell(&timer, helper);
	}
	return err ? err : helper->err;
}
