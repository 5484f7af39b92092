/**
 * Feishu's error codes with the HTTP status and message they come with.
 * Sources: the pages of the exam operations (10028xx, 1002002) and the generic table
 * https://open.feishu.cn/document/server-docs/api-call-guide/generic-error-code.
 */
export const CODES = {
	2200: { http: 200, msg: 'internal error' },
	10003: { http: 200, msg: 'invalid param' },
	10005: { http: 200, msg: 'app id unauthorized' },
	10012: { http: 200, msg: 'get app access token fail' },
	10013: { http: 200, msg: 'get tenant access token fail' },
	10014: { http: 200, msg: 'app secret invalid' },
	10016: { http: 200, msg: 'app resend fail' },
	1002001: { http: 500, msg: 'system error' },
	1002002: { http: 400, msg: 'param error' },
	1002201: { http: 400, msg: 'application does not exist' },
	1002851: { http: 400, msg: 'exam status is abnormal' },
	1002855: { http: 400, msg: 'the exam has been marked, its result can not be updated' },
	99991400: { http: 429, msg: 'request trigger frequency limit' },
	99991403: { http: 429, msg: "This month's API call quota has been exceeded." },
	99991661: {
		http: 400,
		msg: 'Missing access token for authorization. Please make a test attempt with the correct token.',
	},
	99991663: {
		http: 400,
		msg: 'Invalid access token for authorization. Please make a test attempt with the correct token.',
	},
	99991672: { http: 400, msg: 'Access denied.' },
	99992402: { http: 400, msg: 'field validation failed' },
} as const;

export type Code = keyof typeof CODES;

/** One refused field of a 99992402. `field` is a path such as `paper_list[0].name`. */
export interface FieldViolation {
	field: string;
	value: string;
	description: string;
}

/** One missing scope of a 99991672; any one of the scopes listed is enough. */
export interface PermissionViolation {
	type: 'action_scope_required' | 'field_scope_required';
	subject: string;
	description: string;
}

interface Details {
	/** Replaces the message of the table. */
	msg?: string;
	field_violations?: FieldViolation[];
	permission_violations?: PermissionViolation[];
	headers?: Record<string, string>;
}

/** An error as Feishu answers it. */
export class FeishuError extends Error {
	constructor(
		readonly code: Code,
		readonly details: Details = {},
	) {
		super(details.msg ?? CODES[code].msg);
	}

	get http() {
		return CODES[this.code].http;
	}

	/** The error body; source: https://open.feishu.cn/document/server-docs/api-call-guide/calling-process/get-started. */
	body(logId: string) {
		// The token endpoints answer HTTP 200 and nothing but code and message.
		if (this.http === 200) return { code: this.code, msg: this.message };
		const { field_violations, permission_violations } = this.details;
		const search = `https://open.feishu.cn/search?from=openapi&log_id=${logId}&code=${this.code}`;
		return {
			code: this.code,
			msg: this.message,
			error: {
				log_id: logId,
				troubleshooter: `排查建议查看(Troubleshooting suggestions): ${search}`,
				...(field_violations && { field_violations }),
				...(permission_violations && { permission_violations }),
			},
		};
	}
}
