// SPDX-License-Identifier: GPL-2.0-or-later
#include "link.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "charon.h"
#include "text/value.h"

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
 * @stop: eventfd that ends the thread
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
	int stop;
	thread_t *thread;
	char *path;
	struct link_calls calls;
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

size_t link_notify(const struct pr_message *message, uint8_t *notify)
{
	const char *text = pr_get(message, "notify");
	size_t length;

	if (!text || text_hex(text, notify, LINK_NOTIFY_MAX, &length))
		return 0;
	return length;
}

bool link_says(const struct pr_message *message, const char *key,
	       const char *value)
{
	const char *text = pr_get(message, key);

	return text && !strcmp(text, value);
}

/*
 * Under the lock. What does not fit at once will not: the helper hangs. Only at
 * the begin, when nobody else can wait for the lock for long, there is much to
 * tell.
 */
static bool send_text(const char *text, size_t length)
{
	struct pollfd room = { .fd = conn.fd, .events = POLLOUT };

	while (conn.fd >= 0) {
		ssize_t sent = send(conn.fd, text, length,
				    MSG_DONTWAIT | MSG_NOSIGNAL);

		if (sent < 0 && errno == EAGAIN && !conn.ready &&
		    poll(&room, 1, LINK_ANSWER_MS) > 0)
			continue;
		if (sent < 0)
			break;
		text += sent;
		length -= sent;
		if (!length)
			return true;
		if (conn.ready)
			break;
	}
	if (conn.fd < 0)
		return false;
	/* The thread sees it, and closes. */
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
		w->reply->accept = link_says(message, "verdict", "accept");
		w->reply->refuse = link_says(message, "verdict", "refuse");
		w->reply->has_cpu = pr_get(message, "cpu-out");
		w->reply->hold = link_says(message, "hold", "yes");
		w->reply->installed = link_says(message, "installed", "yes");
		w->reply->not_installed = link_says(message, "installed", "no");
		w->reply->length = link_notify(message, w->reply->notify);
		w->done = true;
		conn.replied->broadcast(conn.replied);
	}
	conn.lock->unlock(conn.lock);
}

static void take_hello(const struct pr_message *message)
{
	bool native = link_says(message, "kernel", "native");
	bool module = link_says(message, "kernel", "module");
	bool first;

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
	if (!first)
		return;
	conn.calls.up();
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
		conn.calls.order(message, conn.generation);
}

void link_ready(void)
{
	conn.lock->lock(conn.lock);
	conn.telling = false;
	conn.ready = true;
	conn.lock->unlock(conn.lock);
}

static int open_socket(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(conn.path) >= sizeof(address.sun_path))
		return -1;
	strcpy(address.sun_path, conn.path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 &&
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Return: whether to go on. */
static bool wait_for(int fd, int ms, bool *readable)
{
	struct pollfd fds[] = {
		{ .fd = conn.stop, .events = POLLIN },
		{ .fd = fd, .events = POLLIN },
	};
	int ready = poll(fds, countof(fds), ms);

	*readable = ready > 0 && fds[1].revents;
	return !(ready > 0 && fds[0].revents);
}

/* Return: whether the connection goes on. */
static bool read_some(int fd)
{
	struct pr_message message;
	char *at;
	size_t room = pr_reader_room(&conn.reader, &at);
	ssize_t length = recv(fd, at, room, MSG_DONTWAIT);
	int more;

	if (length < 0)
		return errno == EAGAIN || errno == EINTR;
	if (!length)
		return false;
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

static bool said_hello(void)
{
	bool ready;

	conn.lock->lock(conn.lock);
	ready = conn.ready;
	conn.lock->unlock(conn.lock);
	return ready;
}

/* One connection, from its hello to its end. Return: whether to go on. */
static bool converse(int fd)
{
	static const char hello[] = "version=1\nmessage=hello\nrekeys=yes\n\n";
	bool readable, greeted, go_on;

	memset(&conn.reader, 0, sizeof(conn.reader));
	set_socket(fd);
	conn.lock->lock(conn.lock);
	send_text(hello, strlen(hello));
	conn.lock->unlock(conn.lock);
	do {
		greeted = said_hello();
		go_on = wait_for(fd, greeted ? -1 : LINK_ANSWER_MS, &readable);
		if (!readable && !greeted)
			break;
	} while (go_on && (!readable || read_some(fd)));
	greeted = said_hello() || greeted;
	set_socket(-1);
	if (greeted) {
		DBG1(DBG_CFG, "xfrm-pcpu: the helper is gone");
		conn.calls.down();
	}
	return go_on;
}

static void *run(void *arg)
{
	bool ignored;

	(void)arg;
	for (;;) {
		int fd = open_socket();

		if (fd >= 0 && !converse(fd))
			break;
		if (!wait_for(-1, LINK_RETRY_MS, &ignored))
			break;
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

bool link_start(const char *path, const struct link_calls *calls)
{
	conn.fd = -1;
	conn.calls = *calls;
	conn.path = strdup(path);
	conn.lock = mutex_create(MUTEX_TYPE_DEFAULT);
	conn.replied = condvar_create(CONDVAR_TYPE_DEFAULT);
	conn.stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (conn.stop < 0)
		return false;
	lib->processor->queue_job(lib->processor,
				  (job_t *)callback_job_create(spawn, NULL,
							       NULL, NULL));
	return true;
}

void link_stop(void)
{
	if (conn.thread) {
		eventfd_write(conn.stop, 1);
		conn.thread->join(conn.thread);
		conn.thread = NULL;
	}
	if (conn.stop >= 0)
		close(conn.stop);
	conn.replied->destroy(conn.replied);
	conn.lock->destroy(conn.lock);
	free(conn.path);
}
