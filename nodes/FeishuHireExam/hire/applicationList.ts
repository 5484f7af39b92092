import type { IDataObject } from 'n8n-workflow';

import type { FeishuCall } from '../transport/send';

/** `GET applications`, which lists the IDs of applications. */
export const applicationList = (qs: IDataObject, labels: FeishuCall['labels']): FeishuCall => ({
	method: 'GET',
	path: '/applications',
	docsPath: 'ukTMukTMukTM/uMzM1YjLzMTN24yMzUjN/hire-v1/application/list',
	qs,
	labels,
});
