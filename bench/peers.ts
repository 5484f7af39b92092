import {
	NodeConnectionTypes,
	type INodeParameters,
	type INodeType,
	type VersionedNodeType,
} from 'n8n-workflow';
import { join } from 'node:path';

import type { Host } from '../n8nHost/host';

/** The way of the Feishu nodes that there are: one request, its answer, the next request. */
export const oneAfterAnother: INodeType = {
	description: {
		displayName: 'One After Another',
		name: 'oneAfterAnother',
		group: ['transform'],
		version: 1,
		description: 'Peer of the benchmark',
		defaults: { name: 'One After Another' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'feishuAppApi', required: true }],
		properties: [{ displayName: 'URL', name: 'url', type: 'string', default: '' }],
	},
	async execute() {
		const output = [];
		for (const item of this.getInputData().keys()) {
			const json = await this.helpers.httpRequestWithAuthentication.call(this, 'feishuAppApi', {
				method: 'POST',
				url: this.getNodeParameter('url', item) as string,
				body: { result: '60.5' },
				json: true,
			});
			output.push({ json, pairedItem: { item } });
		}
		return [output];
	},
};

/** n8n's own HTTP Request node, out of the host. */
export function httpRequestNode({ modules }: Host): INodeType {
	const file = join(modules, 'n8n-nodes-base/dist/nodes/HttpRequest/HttpRequest.node.js');
	const { HttpRequest } = require(file) as { HttpRequest: new () => VersionedNodeType };
	return new HttpRequest().getNodeType(HTTP_REQUEST_VERSION);
}

/** The engine gives nodes of this very name access to any credential. */
export const HTTP_REQUEST = 'n8n-nodes-base.httpRequest';
export const HTTP_REQUEST_VERSION = 4.2;

/** Uploading a file with it. */
export const httpUploadParameters = (baseUrl: string): INodeParameters => ({
	method: 'POST',
	url: `${baseUrl}/open-apis/hire/v1/attachments`,
	authentication: 'predefinedCredentialType',
	nodeCredentialType: 'feishuAppApi',
	sendBody: true,
	contentType: 'multipart-form-data',
	bodyParameters: {
		parameters: [{ parameterType: 'formBinaryData', name: 'content', inputDataFieldName: 'data' }],
	},
});

/** Returning a result with it; `batching` as its users set it by hand. */
export const httpRequestParameters = (
	baseUrl: string,
	batching?: { batchSize: number; batchInterval: number },
): INodeParameters => ({
	method: 'POST',
	url: `=${baseUrl}/open-apis/hire/v1/eco_exams/{{ $json.examId }}/update_result`,
	authentication: 'predefinedCredentialType',
	nodeCredentialType: 'feishuAppApi',
	sendBody: true,
	specifyBody: 'json',
	jsonBody: '{ "result": "60.5" }',
	options: batching ? { batching: { batch: batching } } : {},
});
