import type { IDataObject } from 'n8n-workflow';

/** Digits as rounding leaves them: more than a number holds, and nothing but zeros where it holds none. */
const isRounded = (value: unknown): boolean =>
	typeof value === 'string' && /^\d{16,}00$/.test(value) && String(Number(value)) === value;

function* pathsOfRounded(value: unknown, path: string[] = []): Generator<string> {
	if (isRounded(value)) yield path.join('.');
	if (typeof value !== 'object' || value === null) return;
	for (const [key, inner] of Object.entries(value)) {
		yield* pathsOfRounded(inner, Array.isArray(value) ? path : [...path, key]);
	}
}

/** What a call carries. */
export interface SentValues {
	pathParameters?: IDataObject;
	qs?: IDataObject;
	body?: IDataObject;
}

/** Feishu's names of the sent values that look like rounded IDs: `exam_id`, `paper_list.id`. */
export const findRoundedIds = ({ pathParameters, qs, body }: SentValues): string[] => [
	...new Set([pathParameters, qs, body].flatMap((values) => [...pathsOfRounded(values)])),
];
