const { isMainThread } = require('node:worker_threads');

// Loaded into the n8n process before n8n itself, on any Node that n8n runs on. Its standard input is a pipe held by the
// process that started it: when that one is gone, for whatever reason, the pipe closes and n8n shuts down too.
if (isMainThread) {
	process.stdin.once('end', () => process.kill(process.pid, 'SIGTERM'));
	process.stdin.resume();
}
