import { LONG_CONNECTION_FAULT_KINDS } from '../events/longConnection/faults';
import { FAULT_KINDS } from '../openApi/faults';
import { STAGES } from '../tenant/recruiting';

const text = { type: 'string' };
const filledText = { type: 'string', minLength: 1 };

const object = (properties: Record<string, object>, required: string[] = []) => ({
	type: 'object',
	additionalProperties: false,
	properties,
	required,
});

const list = (items: object) => ({ type: 'array', items });

export const urlBody = object({ url: filledText }, ['url']);

/** `ExamAnswers`, and the webhook that takes them */
export const takeBody = object(
	{
		url: filledText,
		result: filledText,
		reports: list(object({ name: text, url: text }, ['name', 'url'])),
		details: list(object({ id: text, name: text, result: text }, ['name', 'result'])),
	},
	['url', 'result'],
);

export const verdictBody = object({ verdict: { enum: ['passed', 'failed'] } }, ['verdict']);

export const stageBody = object({ stage: { enum: Object.keys(STAGES) } }, ['stage']);

/** `AccountInput` */
export const accountBody = object({
	tenantKey: filledText,
	accountId: filledText,
	accountName: text,
	scope: { enum: [1, 2] },
	usageList: list({ enum: [1, 2] }),
	customFieldList: list(object({ key: text, value: text }, ['key', 'value'])),
});

/** `ExamInput` */
export const examBody = object(
	{
		accountId: filledText,
		paperId: filledText,
		applicationId: filledText,
		candidate: object({
			name: filledText,
			email: filledText,
			mobile: object({ code: text, number: text }, ['code', 'number']),
		}),
	},
	['accountId', 'paperId'],
);

/** `Fault[]` */
export const faultsBody = object(
	{
		faults: list(
			object(
				{
					kind: { enum: FAULT_KINDS },
					path: filledText,
					times: { type: 'integer', minimum: 1 },
					after: { type: 'integer', minimum: 0 },
					resetSeconds: { type: 'number', minimum: 0 },
					delayMs: { type: 'integer', minimum: 0 },
					location: filledText,
				},
				['kind'],
			),
		),
	},
	['faults'],
);

/** `LongConnectionFault[]` */
export const longConnectionFaultsBody = object(
	{
		faults: list(
			object(
				{
					kind: { enum: LONG_CONNECTION_FAULT_KINDS },
					times: { type: 'integer', minimum: 1 },
					status: { type: 'integer', minimum: 200, maximum: 599 },
					code: { type: 'integer', minimum: 1 },
				},
				['kind'],
			),
		),
	},
	['faults'],
);
