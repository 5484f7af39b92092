/** How many calls, and how many deliveries, a sandbox keeps. */
export const LATEST_KEPT = 10_000;

/** A log that keeps its latest entries, oldest first. */
export class RecentList<T> {
	readonly items: T[] = [];

	constructor(private readonly limit = LATEST_KEPT) {}

	add(item: T): void {
		this.items.push(item);
		if (this.items.length > this.limit) this.items.splice(0, this.items.length - this.limit);
	}

	latest(count: number): T[] {
		return this.items.slice(-count);
	}
}
