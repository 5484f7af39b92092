import type { INodeProperties } from 'n8n-workflow';

import { callOptions } from '../../nodes/FeishuHireExam/actions/callOptions';
import { resources } from '../../nodes/FeishuHireExam/actions/registry';
import { FeishuHireExamTrigger } from '../../nodes/FeishuHireExam/FeishuHireExamTrigger.node';
import { statusProperties } from '../../nodes/FeishuHireExam/polling/properties';

/** A field, and where users find it. */
export interface FieldInPlace {
	place: string;
	field: INodeProperties & { kind?: string };
}

/** All fields that users fill in, also inside collections and rows; no notices. */
function* fieldsIn(properties: INodeProperties[], place: string): Generator<FieldInPlace> {
	for (const property of properties) {
		const inside = `${place} / ${property.displayName}`;
		if (property.type === 'notice') continue;
		if (property.type !== 'collection') yield { place: inside, field: property };
		for (const option of property.options ?? []) {
			if ('values' in option) yield* fieldsIn(option.values, inside);
			else if ('type' in option) yield* fieldsIn([option], inside);
		}
	}
}

export const ALL_FIELDS: FieldInPlace[] = [
	...Object.values(resources).flatMap(({ name, operations }) =>
		Object.values(operations).flatMap(({ option, properties }) => [
			...fieldsIn(properties, `${name} / ${option.name}`),
		]),
	),
	...fieldsIn(callOptions, 'Options'),
	...fieldsIn(new FeishuHireExamTrigger().description.properties, 'Trigger'),
	...fieldsIn(statusProperties, 'Status Trigger'),
];
