import {
	NodeConnectionTypes,
	type IDataObject,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type VersionedNodeType,
} from 'n8n-workflow';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import type { Host } from '../../n8nHost/host';

/** What other Feishu nodes do: one request, its response, the next request. */
export const sequentialNode: INodeType = {
	description: {
		displayName: 'Sequential Requests',
		name: 'sequentialRequests',
		group: ['transform'],
		version: 1,
		description: 'Peer of the benchmark',
		defaults: { name: 'Sequential Requests' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'feishuAppApi', required: true }],
		properties: [{ displayName: 'URL', name: 'url', type: 'string', default: '' }],
	},
	async execute() {
		const output: INodeExecutionData[] = [];
		for (const item of this.getInputData().keys()) {
			const json = (await this.helpers.httpRequestWithAuthentication.call(this, 'feishuAppApi', {
				method: 'POST',
				url: this.getNodeParameter('url', item) as string,
				body: { result: '60.5' },
				json: true,
			})) as IDataObject;
			output.push({ json, pairedItem: { item } });
		}
		return [output];
	},
};

/** The HTTP Request node of the installed n8n. */
export function httpRequestNode({ modules }: Host): INodeType {
	const file = join(modules, 'n8n-nodes-base/dist/nodes/HttpRequest/HttpRequest.node.js');
	const { HttpRequest } = createRequire(file)(file) as { HttpRequest: new () => VersionedNodeType };
	return new HttpRequest().getNodeType(HTTP_REQUEST_VERSION);
}

/** The engine gives nodes of this type access to any credential. */
export const HTTP_REQUEST = 'n8n-nodes-base.httpRequest';
export const HTTP_REQUEST_VERSION = 4.2;

/** Uploads a file with the HTTP Request node. */
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

/** Returns a result with the HTTP Request node; `batching` as its users set it by hand. */
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
