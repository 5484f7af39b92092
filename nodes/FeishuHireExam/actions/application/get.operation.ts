import type { INodeProperties } from 'n8n-workflow';

import { getApplication } from '../../hire/applicationDetail';
import { simplifyApplication } from '../../hire/simplifyApplication';
import { ItemParameters } from '../../parameters/itemParameters';
import { applicationId, simplifyOutput } from '../fields';
import type { Operation } from '../operation';
import { detailFields, readDetailQuery } from './detailFields';

const properties: INodeProperties[] = [applicationId, ...detailFields];

/** `GET applications/:application_id/get_detail` */
export const get: Operation = {
	option: {
		name: 'Get',
		action: 'Get application',
		description: 'Get the candidate, job, stage and status of an application',
	},

	properties,

	prepare([itemIndex]) {
		const item = new ItemParameters(this, properties, itemIndex);
		const id = item.required(applicationId);
		const simplify = item.optional(simplifyOutput) === true;
		const qs = readDetailQuery(item);

		return {
			run: async (feishu) => {
				const application = await getApplication(feishu, id, qs);
				return [simplify ? simplifyApplication(application) : application];
			},
		};
	},
};
