// Keeps one processor busy until the process that started it ends it, or ends itself.
const SLICE_MS = 50;

process.once('disconnect', () => process.exit());

function spin() {
	const end = performance.now() + SLICE_MS;
	while (performance.now() < end);
	setImmediate(spin);
}

spin();
