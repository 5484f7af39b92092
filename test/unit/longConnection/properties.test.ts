import type { IDataObject, INode } from 'n8n-workflow';

import {
	combineBursts,
	delivery,
	readDelivery,
} from '../../../nodes/FeishuHireExam/longConnection/properties';
import { ItemParameters } from '../../../nodes/FeishuHireExam/parameters/itemParameters';

const read = (values: IDataObject) =>
	readDelivery(
		new ItemParameters(
			{
				getNode: () => ({ name: 'Trigger' }) as INode,
				getTimezone: () => 'UTC',
				getNodeParameter: (name, _, fallback) => values[name] ?? fallback,
			},
			[delivery, combineBursts],
			0,
		),
	);

it.each<[IDataObject, boolean, boolean]>([
	[{}, false, true],
	[{ delivery: 'webhook' }, false, true],
	[{ delivery: 'longConnection' }, true, true],
	[{ delivery: 'longConnection', combineBursts: 'false' }, true, false],
])('readDelivery: of %j', (values, isLongConnection, combinesBursts) => {
	expect(read(values)).toEqual({ isLongConnection, combinesBursts });
});

it('readDelivery: refuses another way', () => {
	expect(() => read({ delivery: 'polling' })).toThrow(
		"'Receive Events By' must be one of longConnection, webhook",
	);
});
