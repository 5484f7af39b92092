import type { SandboxApp } from '../app';
import { FeishuError } from '../codes';
import type { Tokens } from '../tokens';

const APP_ID = /^cli_[0-9a-f]{16}$/i;

interface TokenBody {
	app_id?: unknown;
	app_secret?: unknown;
}

function parse(rawBody: string): TokenBody {
	try {
		return (JSON.parse(rawBody) as TokenBody | null) ?? {};
	} catch {
		throw new FeishuError(10003);
	}
}

/**
 * 自建应用获取 tenant_access_token. Its answers are always HTTP 200 and flat (no `data`).
 * Source: https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal
 */
export function tenantAccessToken(rawBody: string, app: SandboxApp, tokens: Tokens) {
	const { app_id, app_secret } = parse(rawBody);
	if (typeof app_id !== 'string' || typeof app_secret !== 'string' || !app_secret) throw new FeishuError(10003);
	if (app_id !== app.appId) {
		throw APP_ID.test(app_id) ? new FeishuError(10014, { msg: 'app id not exists' }) : new FeishuError(10003);
	}
	if (app_secret !== app.appSecret) throw new FeishuError(10014);
	const { token, expire } = tokens.issue();
	return { code: 0, msg: 'ok', tenant_access_token: token, expire };
}
