/** A time of Feishu's, 13 digits of milliseconds, in ISO 8601 (UTC); null when there is none. */
export const toIso = (milliseconds: unknown): string | null =>
	typeof milliseconds === 'string' && /^[1-9]\d{0,14}$/.test(milliseconds)
		? new Date(Number(milliseconds)).toISOString()
		: null;
