import { defaultLimits } from '../../sandbox/openApi/rateLimiter';

const SECONDS_PER_MINUTE = 60;

/**
 * When the last of this many calls of one API may leave at the earliest, in seconds after the first: a full second's
 * calls leave at the start of each second until the minute is full. What another client sends, `others` calls a second,
 * is taken off the limit per second; together with it, the calls have to stay within the limit per minute.
 */
export function minimumSeconds(calls: number, others = 0): number {
	const { perSecond, perMinute } = defaultLimits();
	const minutes = Math.floor((calls - 1) / perMinute);
	const seconds = Math.floor(((calls - 1) % perMinute) / (perSecond - others));
	return minutes * SECONDS_PER_MINUTE + seconds;
}
