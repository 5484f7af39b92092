import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { FeishuAppApi } from '../../credentials/FeishuAppApi.credentials';
import { callOptions } from '../../nodes/FeishuHireExam/actions/callOptions';
import { resources } from '../../nodes/FeishuHireExam/actions/registry';
import { FeishuHireExamTrigger } from '../../nodes/FeishuHireExam/FeishuHireExamTrigger.node';
import { statusProperties } from '../../nodes/FeishuHireExam/polling/properties';
import { chineseOf } from './chineseFields';

export type Language = 'en' | 'zh';

/** The fields of each form, by the name that its table has in the documentation. */
export const FORMS: Readonly<Record<string, INodeProperties[]>> = {
	credential: new FeishuAppApi().properties,
	trigger: new FeishuHireExamTrigger().description.properties,
	statusTrigger: statusProperties,
	options: callOptions,
	...Object.fromEntries(
		Object.entries(resources).flatMap(([resource, { operations }]) =>
			Object.entries(operations).map(([operation, { properties }]) => [
				`${resource}.${operation}`,
				properties,
			]),
		),
	),
};

const WORDS = {
	en: {
		header: '| Field | Required | Example | Meaning |\n| --- | --- | --- | --- |',
		yes: 'yes',
		no: '',
		or: ' or ',
		if: (condition: string, isRequired: boolean) =>
			`${isRequired ? 'yes, with' : 'only with'} ${condition}`,
		on: 'on',
		off: 'off',
		sameRows: 'Rows with the same fields',
	},
	zh: {
		header: '| 字段（界面显示） | 中文 | 必填 | 示例 |\n| --- | --- | --- | --- |',
		yes: '是',
		no: '',
		or: ' 或 ',
		if: (condition: string, isRequired: boolean) => `${isRequired ? '是，' : ''}仅当 ${condition}`,
		on: '开启',
		off: '关闭',
		sameRows: '',
	},
};

const optionsOf = ({ options = [] }: INodeProperties) =>
	options.filter((option): option is INodePropertyOptions => 'value' in option);

const nameOf = (value: unknown, field: INodeProperties | undefined, language: Language): string => {
	if (typeof value === 'boolean') return WORDS[language][value ? 'on' : 'off'];
	return (
		(field && optionsOf(field).find((option) => option.value === value)?.name) ?? String(value)
	);
};

/** When a field and all that it is in are shown, such as "*Outcome*: *Failed*". */
function conditionOf(path: INodeProperties[], form: INodeProperties[], language: Language): string {
	return path
		.flatMap(({ displayOptions }) => Object.entries(displayOptions?.show ?? {}))
		.map(([name, values = []]) => {
			const other = form.find((property) => property.name === name);
			const names = values.map((value) => `*${nameOf(value, other, language)}*`);
			return `*${other?.displayName ?? name}*: ${names.join(WORDS[language].or)}`;
		})
		.join(', ');
}

function requiredOf(path: INodeProperties[], form: INodeProperties[], language: Language): string {
	const { yes, no, if: onlyIf } = WORDS[language];
	const condition = conditionOf(path, form, language);
	const isRequired = path.at(-1)?.required === true;
	if (condition) return onlyIf(condition, isRequired);
	return isRequired ? yes : no;
}

function exampleOf(field: INodeProperties, language: Language): string {
	const code = (text: string) => `\`${text.replaceAll('|', '\\|')}\``;
	if (field.type === 'options' || field.type === 'multiOptions') {
		return optionsOf(field)
			.map(({ name }) => `*${name}*`)
			.join(', ');
	}
	if (typeof field.default === 'boolean') return WORDS[language][field.default ? 'on' : 'off'];
	if (field.type === 'dateTime') {
		const hour = /^End|Max$/.test(field.displayName) ? '12' : '10';
		return code(`2026-11-21T${hour}:00:00+08:00`);
	}
	if (field.type === 'resourceLocator') return code('6920544531948800269');
	if (field.placeholder?.startsWith('e.g. ')) return code(field.placeholder.slice('e.g. '.length));
	return typeof field.default === 'number' ? code(String(field.default)) : '';
}

type Cells = [label: string, chinese: string, required: string, example: string, meaning: string];

/** The rows of a form: of its fields, those in collections, and those of rows. */
function* rowsOf(
	properties: INodeProperties[],
	form: INodeProperties[],
	place: string,
	language: Language,
	parents: INodeProperties[] = [],
): Generator<Cells> {
	const labels = new Set(form.map(({ displayName }) => displayName));
	for (const field of properties) {
		if (field.type === 'notice' || field.type === 'hidden') continue;
		const path = [...parents, field].map(({ displayName }) => displayName);
		const inner = (field.options ?? []).flatMap((option) => {
			if ('values' in option) return option.values;
			return 'type' in option ? [option] : [];
		});
		const repeats =
			field.type === 'fixedCollection' && inner.every(({ displayName }) => labels.has(displayName));
		if (field.type !== 'collection') {
			const { sameRows } = WORDS[language];
			yield [
				path.join(' > '),
				chineseOf(place, path.join(' > ')),
				requiredOf([...parents, field], form, language),
				exampleOf(field, language),
				(field.description ?? '') || (repeats ? sameRows : ''),
			];
		}
		if (!repeats) yield* rowsOf(inner, form, place, language, [...parents, field]);
	}
}

/** The table of a form's fields, as it stands in the documentation. */
export function fieldTable(name: string, language: Language): string {
	const form = FORMS[name] ?? [];
	const rows = [...rowsOf(form, form, name, language)].map(
		([label, chinese, required, example, meaning]) =>
			language === 'zh'
				? `| ${[`*${label}*`, chinese, required, example].join(' | ')} |`
				: `| ${[`*${label}*`, required, example, meaning].join(' | ')} |`,
	);
	return [WORDS[language].header, ...rows].join('\n').replace(/ {2,}/g, ' ');
}
