// SPDX-License-Identifier: GPL-2.0-or-later
#include "link.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "charon.h"
#include "hold.h"
#include "job.h"
#include "text/value.h"
#include "told.h"
#include "wanted.h"

#include <processing/jobs/callback_job.h>
#include <threading/condvar.h>
#include <threading/mutex.h>
#include <threading/thread.h>

/**
 * struct waiter - a thread that waits for a reply
 * @next: next one
 * @name: of the message
 * @ref: which it is about
 * @reply: where it goes
 * @done: it came
 */
struct waiter {
	struct waiter *next;
	const char *name;
	const struct ref *ref;
	struct reply *reply;
	bool done;
};

/**
 * conn - the one connection
 * @lock: of all that follows but for what the thread alone uses
 * @replied: a waiter is done, or the connection ended
 * @fd: socket, -1 if there is none
 * @telling: hello was said, the thread tells all that there is
 * @ready: all was told
 * @serves: the helper has a module, or a kernel that needs none
 * @installs: it installs SAs
 * @generation: number of the connection
 * @questions: last number
 * @waiters: who waits
 * @thread: of the connection, with what follows
 * @kept_out: the last try was not permitted
 * @greeted: the helper has said hello
 * @reader: what came
 */
static struct {
	mutex_t *lock;
	condvar_t *replied;
	int fd;
	bool telling;
	bool ready;
	bool serves;
	bool installs;
	unsigned int generation;
	uint64_t questions;
	struct waiter *waiters;
	thread_t *thread;
	bool kept_out;
	bool greeted;
	struct pr_reader reader;
} conn;

struct pr_writer link_begin(char *text, const char *name)
{
	struct pr_writer w = { .text = text, .room = LINK_TEXT_MAX };

	pr_put(&w, "message", "%s", name);
	return w;
}

uint64_t link_number(const struct pr_message *message, const char *key)
{
	const char *text = pr_get(message, key);
	uint64_t value = 0;

	if (!text || text_number(text, UINT64_MAX, &value))
		return 0;
	return value;
}

static bool says(const struct pr_message *message, const char *key,
		 const char *value)
{
	const char *text = pr_get(message, key);

	return text && !strcmp(text, value);
}

struct reply link_reply(const struct pr_message *message)
{
	struct reply reply = {
		.accept = says(message, "verdict", "accept"),
		.refuse = says(message, "verdict", "refuse"),
		.has_cpu = pr_get(message, "cpu-out"),
		.hold = says(message, "hold", "yes"),
		.installed = says(message, "installed", "yes"),
		.not_installed = says(message, "installed", "no"),
	};
	const char *notify = pr_get(message, "notify");

	if (!notify ||
	    text_hex(notify, reply.notify, sizeof(reply.notify), &reply.length))
		reply.length = 0;
	return reply;
}

/*
 * Under the lock. A helper that does not read what it is sent hangs: the thread sees
 * the end, and closes.
 */
static bool send_text(const char *text, size_t length)
{
	if (conn.fd < 0)
		return false;
	if (send(conn.fd, text, length, MSG_NOSIGNAL) == (ssize_t)length)
		return true;
	shutdown(conn.fd, SHUT_RDWR);
	return false;
}

static bool send_message(struct pr_writer *w)
{
	int length = pr_end(w);

	return length > 0 && send_text(w->text, length);
}

unsigned int link_generation(void)
{
	unsigned int generation;

	conn.lock->lock(conn.lock);
	generation = conn.ready && conn.serves ? conn.generation : 0;
	conn.lock->unlock(conn.lock);
	return generation;
}

bool link_installs(void)
{
	bool installs;

	conn.lock->lock(conn.lock);
	installs = conn.installs;
	conn.lock->unlock(conn.lock);
	return installs;
}

struct ref link_question(void)
{
	struct ref ref = { .kind = REF_QUESTION };

	conn.lock->lock(conn.lock);
	ref.id = ++conn.questions;
	ref.generation = conn.generation;
	conn.lock->unlock(conn.lock);
	return ref;
}

bool link_put_ref(struct pr_writer *w, const struct ref *ref)
{
	if (ref->kind == REF_NONE || ref->generation != link_generation())
		return false;
	pr_put(w, ref->kind == REF_JOB ? "job" : "question", "%" PRIu64,
	       ref->id);
	return true;
}

void link_tell(struct pr_writer *w)
{
	conn.lock->lock(conn.lock);
	if (conn.ready || conn.telling)
		send_message(w);
	conn.lock->unlock(conn.lock);
}

/* Under the lock. */
static void forget(struct waiter *waiter)
{
	struct waiter **at = &conn.waiters;

	while (*at != waiter)
		at = &(*at)->next;
	*at = waiter->next;
}

bool link_ask(struct pr_writer *w, const char *name, const struct ref *ref,
	      struct reply *reply)
{
	struct waiter waiter = { .name = name, .ref = ref, .reply = reply };
	timeval_t until;
	bool late = false;

	memset(reply, 0, sizeof(*reply));
	time_monotonic(&until);
	timeval_add_ms(&until, LINK_ANSWER_MS);

	conn.lock->lock(conn.lock);
	if (!conn.ready || ref->generation != conn.generation ||
	    !send_message(w)) {
		conn.lock->unlock(conn.lock);
		return false;
	}
	waiter.next = conn.waiters;
	conn.waiters = &waiter;
	while (!waiter.done && conn.ready &&
	       ref->generation == conn.generation && !late)
		late = conn.replied->timed_wait_abs(conn.replied, conn.lock,
						    until);
	forget(&waiter);
	if (!waiter.done && late && conn.ready) {
		DBG1(DBG_CFG,
		     "xfrm-pcpu: the helper does not answer: going on without it");
		conn.ready = false;
		if (conn.fd >= 0)
			shutdown(conn.fd, SHUT_RDWR);
	}
	conn.lock->unlock(conn.lock);
	return waiter.done;
}

static void take_reply(const struct pr_message *message, const char *name)
{
	bool job = pr_get(message, "job");
	uint64_t id = link_number(message, job ? "job" : "question");

	conn.lock->lock(conn.lock);
	for (struct waiter *w = conn.waiters; w; w = w->next) {
		if (strcmp(w->name, name) || w->ref->id != id ||
		    w->ref->generation != conn.generation ||
		    (w->ref->kind == REF_JOB) != job)
			continue;
		*w->reply = link_reply(message);
		w->done = true;
		conn.replied->broadcast(conn.replied);
	}
	conn.lock->unlock(conn.lock);
}

static void take_hello(const struct pr_message *message)
{
	bool native = says(message, "kernel", "native");
	bool module = says(message, "kernel", "module");
	bool first;

	conn.greeted = true;
	conn.lock->lock(conn.lock);
	conn.serves = module || native;
	conn.installs = native;
	first = !conn.ready;
	conn.telling = first;
	conn.lock->unlock(conn.lock);
	DBG1(DBG_CFG, "xfrm-pcpu: the helper is there, %s",
	     module ? "with the module xfrm_pcpu"
	     : native
		     ? "with a kernel that has SAs of CPUs itself"
		     : "and has no module to serve with: Child SAs are ordinary");
	if (first)
		told_all();
}

static void take(const struct pr_message *message)
{
	const char *name = pr_get(message, "message");

	if (!name)
		return;
	if (!strcmp(name, "answer") || !strcmp(name, "go"))
		take_reply(message, name);
	else if (!strcmp(name, "hello"))
		take_hello(message);
	else if (!strcmp(name, "error"))
		DBG1(DBG_CFG, "xfrm-pcpu: the helper says: %s",
		     pr_get(message, "text"));
	else
		job_order(message, conn.generation);
}

void link_ready(void)
{
	conn.lock->lock(conn.lock);
	conn.telling = false;
	conn.ready = true;
	conn.lock->unlock(conn.lock);
}

/* Root is kept out by a profile alone. It stays so for long: said once. */
static void say_kept_out(const char *path)
{
	bool kept_out = errno == EACCES || errno == EPERM;

	if (kept_out && !conn.kept_out)
		DBG1(DBG_CFG,
		     "xfrm-pcpu: may not connect to %s: if AppArmor keeps charon from it, see /usr/share/doc/xfrm-pcpu-strongswan/README.Debian",
		     path);
	conn.kept_out = kept_out;
}

static int open_socket(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct timeval limit = { .tv_sec = LINK_ANSWER_MS / 1000 };
	const char *path = wanted_socket();
	int fd;

	if (strlen(path) >= sizeof(address.sun_path))
		return -1;
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		say_kept_out(path);
		return -1;
	}
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		say_kept_out(path);
		close(fd);
		return -1;
	}
	conn.kept_out = false;
	return fd;
}

/* Return: whether the connection goes on. */
static bool read_some(int fd, int ms)
{
	struct pollfd readable = { .fd = fd, .events = POLLIN };
	struct pr_message message;
	ssize_t length;
	size_t room;
	char *at;
	int more;

	thread_cancelability(true);
	more = poll(&readable, 1, ms);
	thread_cancelability(false);
	if (more <= 0)
		return more < 0 && errno == EINTR;
	room = pr_reader_room(&conn.reader, &at);
	length = recv(fd, at, room, MSG_DONTWAIT);
	if (length <= 0)
		return length < 0 && errno == EAGAIN;
	pr_reader_fed(&conn.reader, length);
	while ((more = pr_reader_next(&conn.reader, &message)) > 0)
		take(&message);
	return !more;
}

static void set_socket(int fd)
{
	conn.lock->lock(conn.lock);
	if (conn.fd >= 0)
		close(conn.fd);
	conn.fd = fd;
	conn.telling = false;
	conn.ready = false;
	conn.serves = false;
	if (fd >= 0)
		conn.generation++;
	conn.replied->broadcast(conn.replied);
	conn.lock->unlock(conn.lock);
}

/* One connection, from its hello to its end. */
static void converse(int fd)
{
	static const char hello[] = "version=1\nmessage=hello\nrekeys=yes\n\n";
	bool greeted = false;

	memset(&conn.reader, 0, sizeof(conn.reader));
	set_socket(fd);
	conn.lock->lock(conn.lock);
	send_text(hello, strlen(hello));
	conn.lock->unlock(conn.lock);
	while (read_some(fd, greeted ? -1 : LINK_ANSWER_MS))
		greeted = conn.greeted;
	set_socket(-1);
	if (conn.greeted) {
		DBG1(DBG_CFG, "xfrm-pcpu: the helper is gone");
		hold_release_all();
	}
}

static void *run(void *arg)
{
	(void)arg;
	thread_cancelability(false);
	for (;;) {
		int fd = open_socket();

		conn.greeted = false;
		if (fd >= 0)
			converse(fd);
		thread_cancelability(true);
		usleep(LINK_RETRY_MS * 1000);
		thread_cancelability(false);
	}
	return NULL;
}

/* charon's own threads have given up privileges when they begin, and so has it. */
static job_requeue_t spawn(void *arg)
{
	(void)arg;
	conn.thread = thread_create(run, NULL);
	return JOB_REQUEUE_NONE;
}

void link_start(void)
{
	conn.fd = -1;
	conn.lock = mutex_create(MUTEX_TYPE_DEFAULT);
	conn.replied = condvar_create(CONDVAR_TYPE_DEFAULT);
	lib->processor->queue_job(lib->processor,
				  (job_t *)callback_job_create(spawn, NULL,
							       NULL, NULL));
}

void link_stop(void)
{
	if (conn.thread) {
		conn.thread->cancel(conn.thread);
		conn.thread->join(conn.thread);
	}
	set_socket(-1);
	conn.replied->destroy(conn.replied);
	conn.lock->destroy(conn.lock);
}
