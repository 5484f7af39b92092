import type { FastifyError, FastifyRequest, FastifySchemaValidationError } from 'fastify';

import { FeishuError, type FieldViolation } from './codes';
import type { Operation } from './operations/operation';

/** For fastify's validator: Feishu's types are strict, unknown fields are ignored, every refused field is named. */
export const AJV_OPTIONS = {
	coerceTypes: false,
	removeAdditional: false,
	allErrors: true,
	verbose: true,
} as const;

/** A query holds text only: converts the integers and lists of its schema, which the strict validation needs. */
export function convertQuery(query: Record<string, unknown>, { query: schema }: Operation): void {
	for (const [name, property] of Object.entries(schema?.properties ?? {})) {
		if (query[name] !== undefined) query[name] = convertValue(query[name], property);
	}
}

function convertValue(
	value: unknown,
	{ type, items = {} }: { type?: string; items?: object },
): unknown {
	if (type === 'array') return [value].flat().map((entry) => convertValue(entry, items));
	return type === 'integer' && typeof value === 'string' && /^-?\d+$/.test(value)
		? Number(value)
		: value;
}

const bodyError = (description: string) =>
	new FeishuError(99992402, { field_violations: [{ field: 'body', value: '', description }] });

/** Parses a JSON body. */
export function parseBody({ headers, rawBody }: FastifyRequest): unknown {
	if (!rawBody) throw bodyError('body is required');
	if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
		throw bodyError('Content-Type must be application/json');
	}
	try {
		return JSON.parse(rawBody);
	} catch {
		throw bodyError('body is not valid JSON');
	}
}

/** The description of a violated rule, by its keyword. */
const DESCRIPTIONS: Record<string, (params: Record<string, unknown>, field: string) => string> = {
	required: (_params, field) => `${field} is required`,
	type: ({ type }, field) => `${field} should be of type ${String(type)}`,
	enum: ({ allowedValues }, field) =>
		`${field} is optional, options: [${(allowedValues as string[]).join(',')}]`,
	minimum: ({ limit }) => `the min value is ${String(limit)}`,
	maximum: ({ limit }) => `the max value is ${String(limit)}`,
	minLength: ({ limit }) => `the min len is ${String(limit)}`,
	maxItems: ({ limit }) => `the max len is ${String(limit)}`,
};

/** A JSON pointer as Feishu writes it: `paper_list[0].name`. */
const toFieldPath = (pointer: string) =>
	pointer
		.slice(1)
		.replace(/\/(\d+)/g, '[$1]')
		.replaceAll('/', '.') || 'body';

function toText(value: unknown): string {
	if (value === undefined) return '';
	return typeof value === 'string' ? value : JSON.stringify(value);
}

function toViolation(error: FastifySchemaValidationError & { data?: unknown }): FieldViolation {
	const { keyword, params, instancePath, message, data } = error;
	const isMissing = keyword === 'required';
	const field = toFieldPath(
		isMissing ? `${instancePath}/${String(params.missingProperty)}` : instancePath,
	);
	return {
		field,
		value: isMissing ? '' : toText(data),
		description: DESCRIPTIONS[keyword]?.(params, field) ?? message ?? keyword,
	};
}

/** Whatever was thrown while a call was handled, as Feishu answers it. */
export function toFeishuError(error: FastifyError | FeishuError): FeishuError {
	if (error instanceof FeishuError) return error;
	if (error.validation)
		return new FeishuError(99992402, { field_violations: error.validation.map(toViolation) });
	if (error.statusCode && error.statusCode < 500) return bodyError(error.message);
	return new FeishuError(1002001, { msg: `system error: ${error.message}` });
}
