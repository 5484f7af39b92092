import { FeishuError } from '../codes';
import type { Operation } from './operation';

/** 创建附件: https://open.feishu.cn/document/ukTMukTMukTM/uIDN1YjLyQTN24iM0UjN/create_attachment */
export const createAttachment: Operation = {
	name: 'createAttachment',
	path: '/attachments',
	scopes: ['hire:attachment'],
	takesFile: true,
	successMsg: 'OK',
	messageKey: 'message',
	handle({ file, linkTo }, tenant) {
		if (!file)
			throw new FeishuError(1002002, { msg: 'param error: content must be a file with a name' });
		const attachment = tenant.addAttachment(file);
		return { id: attachment.attachmentId, name: attachment.name, url: linkTo(attachment) };
	},
};

/** The type of what 创建附件 makes: 通用附件. */
const GENERAL = 3;

/** 获取附件信息: https://open.feishu.cn/document/ukTMukTMukTM/uMzM1YjLzMTN24yMzUjN/hire-v1/attachment/get */
export const getAttachment: Operation = {
	name: 'getAttachment',
	method: 'GET',
	path: '/attachments/:attachment_id',
	scopes: ['hire:attachment:readonly', 'hire:attachment'],
	limits: { perSecond: 20, perMinute: 20 * 60 },
	successMsg: 'ok',
	query: {
		type: 'object',
		properties: { type: { type: 'integer', enum: [1, 2, GENERAL], default: 1 } },
	},
	handle({ params, query, linkTo }, tenant) {
		// What Feishu answers for a file of another type is not documented.
		const attachment =
			query.type === GENERAL ? tenant.attachment(params.attachment_id ?? '') : undefined;
		if (!attachment) throw new FeishuError(1002002);
		const { attachmentId, name, mime, createdAt } = attachment;
		return {
			attachment: { id: attachmentId, url: linkTo(attachment), name, mime, create_time: createdAt },
		};
	},
};
