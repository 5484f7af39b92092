/** Waits until something is so; 45 seconds in vain are an error. */
export async function until(isSo: () => boolean): Promise<void> {
	const deadline = Date.now() + 45_000;
	while (!isSo()) {
		if (Date.now() > deadline) throw new Error(`In vain: ${String(isSo)}`);
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}
