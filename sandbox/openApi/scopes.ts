import type { FastifyRequest } from 'fastify';

import type { SandboxApp } from '../app';
import { FeishuError, type PermissionViolation } from './codes';
import { type Operation, USER_ID_SCOPE } from './operations/operation';

/** The error of an app that has none of `scopes`; its message links to the console page where they are applied for. */
function scopeError(type: PermissionViolation['type'], scopes: string[], { appId }: SandboxApp) {
	const list = `[${scopes.join(', ')}]`;
	const link = `https://open.feishu.cn/app/${appId}/auth?q=${scopes.join(',')}&op_from=openapi&token_type=tenant`;
	return new FeishuError(99991672, {
		msg:
			`Access denied. One of the following scopes is required: ${list}.` +
			`应用尚未开通所需的应用身份权限：${list}，点击链接申请并开通任一权限即可：${link}`,
		permission_violations: scopes.map((subject) => ({ type, subject, description: '' })),
	});
}

/** Throws unless the app has a scope of the operation, and that of user ids where the call asks for them. */
export function checkScopes(
	{ query }: FastifyRequest,
	{ scopes }: Operation,
	app: SandboxApp,
): void {
	if (!scopes.some((scope) => app.scopes.includes(scope)))
		throw scopeError('action_scope_required', scopes, app);
	const { user_id_type } = query as Record<string, unknown>;
	if (user_id_type === 'user_id' && !app.scopes.includes(USER_ID_SCOPE))
		throw scopeError('field_scope_required', [USER_ID_SCOPE], app);
}
