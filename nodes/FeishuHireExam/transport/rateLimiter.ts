import { sleep } from 'n8n-workflow';

/** How many calls may go out in a second and in a minute. */
export interface Ceilings {
	perSecond: number;
	perMinute: number;
}

/** Feishu's tier 4, which holds for every API of an exam flow, per app and tenant (page "Rate limits"). */
export const TIER_4: Ceilings = { perSecond: 50, perMinute: 1000 };

export const lowerCeilings = (one: Ceilings, other: Ceilings): Ceilings => ({
	perSecond: Math.min(one.perSecond, other.perSecond),
	perMinute: Math.min(one.perMinute, other.perMinute),
});

/** Calls do not arrive as evenly as they leave: windows are kept a little longer than Feishu's. */
const MARGIN_MS = 25;
const SECOND_MS = 1000 + MARGIN_MS;
const MINUTE_MS = 60_000 + MARGIN_MS;

/** Calls that leave in one burst arrive with delays of their own, and close up with the next burst. */
const SPACING_MS = 6;

/** How long a stopped execution may go on waiting. */
const SLICE_MS = 100;

/** The calls of one API by one app in one tenant, out of all executions in this process. */
interface Lane {
	/** When calls went out, or will, in ascending order. Milliseconds of a clock that is never set. */
	turns: number[];
	/** Those of them that count for the minute: what Feishu turned away does not. */
	counted: number[];
	/** Feishu refused a call, and takes the next one from then on. */
	closedUntil: number;
}

const lanes = new Map<string, Lane>();

function laneOf(key: string): Lane {
	const now = performance.now();
	for (const [other, { counted, closedUntil }] of lanes) {
		if (closedUntil < now && (counted.at(-1) ?? 0) < now - MINUTE_MS) lanes.delete(other);
	}
	const lane = lanes.get(key) ?? { turns: [], counted: [], closedUntil: 0 };
	lanes.set(key, lane);
	return lane;
}

/** When the window that `time` ends has room again: `time` itself if it has. */
function roomAt(turns: number[], time: number, windowMs: number, max: number): number {
	let taken = turns.length;
	while (taken > 0 && (turns[taken - 1] ?? 0) > time) taken -= 1;
	const oldest = turns[taken - max];
	return oldest !== undefined && oldest > time - windowMs ? oldest + windowMs : time;
}

/** Takes the next turn that keeps within both ceilings; others may have taken later ones already. */
function takeTurn(lane: Lane, { perSecond, perMinute }: Ceilings): number {
	const now = performance.now();
	lane.turns = lane.turns.filter((turn) => turn > now - SECOND_MS);
	lane.counted = lane.counted.filter((turn) => turn > now - MINUTE_MS);
	let turn = Math.max(now, lane.closedUntil);
	for (let earliest = -1; earliest !== turn; ) {
		earliest = turn;
		turn = roomAt(lane.turns, turn, SPACING_MS, 1);
		turn = roomAt(lane.turns, turn, SECOND_MS, perSecond);
		turn = roomAt(lane.counted, turn, MINUTE_MS, perMinute);
	}
	insert(lane.turns, turn);
	insert(lane.counted, turn);
	return turn;
}

function insert(turns: number[], turn: number): void {
	const later = turns.findIndex((other) => other > turn);
	turns.splice(later < 0 ? turns.length : later, 0, turn);
}

function remove(turns: number[], turn: number): void {
	const index = turns.indexOf(turn);
	if (index >= 0) turns.splice(index, 1);
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;

/** Milliseconds to wait after having failed `times` times before: twice as long each time, never the same for two. */
export const growingPause = (times: number): number =>
	Math.min(FIRST_PAUSE_MS * 2 ** times, LONGEST_PAUSE_MS) * (0.75 + Math.random() / 2);

/** Waits `ms` milliseconds, or until the user stops the execution. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
	const end = performance.now() + ms;
	for (let left = ms; left > 0 && !signal?.aborted; left = end - performance.now()) {
		await sleep(Math.min(left, SLICE_MS));
	}
}

/**
 * Waits until a call of this lane may go out, and gives its turn. Comes back early when the user stops the
 * execution.
 */
export async function waitForTurn(
	key: string,
	ceilings: Ceilings,
	signal?: AbortSignal,
): Promise<number> {
	const lane = laneOf(key);
	for (;;) {
		const turn = takeTurn(lane, ceilings);
		await pause(turn - performance.now(), signal);
		if (lane.closedUntil <= turn || signal?.aborted) return turn;
		// The lane was closed in the meantime: queue again.
		remove(lane.turns, turn);
		remove(lane.counted, turn);
	}
}

/** The call of this turn has left only by now. */
export function delayTurn(key: string, turn: number): void {
	for (const turns of [laneOf(key).turns, laneOf(key).counted]) {
		remove(turns, turn);
		insert(turns, performance.now());
	}
}

/** Lets no call of this lane go out for `ms` milliseconds, since Feishu has turned the call of this turn away. */
export function closeLane(key: string, turn: number, ms: number): void {
	const lane = laneOf(key);
	remove(lane.counted, turn);
	lane.closedUntil = Math.max(lane.closedUntil, performance.now() + ms + MARGIN_MS);
}
