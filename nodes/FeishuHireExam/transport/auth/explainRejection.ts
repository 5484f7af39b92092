import type { IHttpRequestHelper } from 'n8n-workflow';

import { addressField, type Brand, BRAND_URLS, type FeishuApp } from '../app';
import type { ErrorText } from '../errors/codes';
import { describeResponse } from '../errors/describe';
import type { FeishuResponse } from '../response';
import { sendAuth } from './sendAuth';

/** Code 10014 stands for both an unknown app and a wrong secret; only the text tells them apart. */
const isUnknownApp = ({ code, msg }: FeishuResponse) => code === 10014 && !/secret/i.test(msg);
const isWrongSecret = ({ code, msg }: FeishuResponse) =>
	code === 10015 || code === 20002 || (code === 10014 && /secret/i.test(msg));

const BRAND_NAMES: Record<Brand, string> = { feishu: 'Feishu', lark: 'Lark' };

/**
 * The other brand, if the app exists there: then it answers "wrong secret" to a made-up one. The real secret is never
 * sent to it.
 */
async function findOtherBrand(
	this: IHttpRequestHelper,
	{ brand, appId }: FeishuApp,
): Promise<Brand | undefined> {
	if (brand === undefined) return undefined;
	const other = brand === 'feishu' ? 'lark' : 'feishu';
	const body = { app_id: appId, app_secret: 'unknown' };
	try {
		const response = await sendAuth.call(
			this,
			BRAND_URLS[other],
			'tenant_access_token/internal',
			body,
		);
		return isWrongSecret(response) ? other : undefined;
	} catch {
		return undefined;
	}
}

/** The text for a call that an endpoint of `auth/v3` rejected. */
export async function explainRejection(
	this: IHttpRequestHelper,
	app: FeishuApp,
	response: FeishuResponse,
): Promise<ErrorText> {
	if (isWrongSecret(response)) {
		return {
			message: 'The App Secret is wrong',
			description:
				"Copy it again from 'Credentials & Basic Info' of the app in the developer console. It changes when somebody resets it.",
		};
	}
	if (!isUnknownApp(response)) return describeResponse(response, app.baseUrl);
	const other = await findOtherBrand.call(this, app);
	if (other) {
		return {
			message: `The app belongs to ${BRAND_NAMES[other]}`,
			description: `Choose ${BRAND_NAMES[other]} in 'Platform'.`,
		};
	}
	return {
		message: `There is no app with the App ID ${app.appId}`,
		description: `Copy it again from 'Credentials & Basic Info' of the app in the developer console, and check ${addressField(app.baseUrl)}.`,
	};
}
