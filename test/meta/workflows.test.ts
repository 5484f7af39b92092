import { readFileSync, readdirSync } from 'fs';
import { join } from 'path';

import { NodeHelpers, type INode, type INodeParameters, type INodeTypeDescription } from 'n8n-workflow';

import { FeishuHireExam } from '../../nodes/FeishuHireExam/FeishuHireExam.node';
import { FeishuHireExamTrigger } from '../../nodes/FeishuHireExam/FeishuHireExamTrigger.node';

const FOLDER = join(__dirname, '../../workflows');
const descriptions: Record<string, INodeTypeDescription> = {
	'n8n-nodes-feishu-hire-exam.feishuHireExam': new FeishuHireExam().description,
	'n8n-nodes-feishu-hire-exam.feishuHireExamTrigger': new FeishuHireExamTrigger().description,
};

interface WorkflowFile {
	nodes: INode[];
	connections: Record<string, { main: Array<Array<{ node: string }>> }>;
}

describe.each(readdirSync(FOLDER))('workflows/%s', (file) => {
	const { nodes, connections } = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as WorkflowFile;
	const ours = nodes.filter(({ type }) => descriptions[type]);

	it('uses our nodes, with parameters that they have and show', () => {
		expect(ours.length).toBeGreaterThan(0);
		for (const node of ours) {
			const description = descriptions[node.type] as INodeTypeDescription;
			const shown = NodeHelpers.getNodeParameters(
				description.properties,
				node.parameters,
				false,
				false,
				node,
				description,
			) as INodeParameters;
			// Values that equal the default are left out by n8n.
			const kept = Object.keys(node.parameters).filter((name) => !(name in shown));
			const defaults = description.properties.filter(({ name }) => kept.includes(name));
			for (const name of kept) {
				expect(defaults.filter((property) => property.name === name).map((property) => property.default)).toContainEqual(
					node.parameters[name],
				);
			}
		}
	});

	it('connects nodes that exist', () => {
		const names = nodes.map(({ name }) => name);
		for (const [from, { main }] of Object.entries(connections)) {
			expect(names).toContain(from);
			for (const { node } of main.flat()) expect(names).toContain(node);
		}
	});

	it('explains itself in English and Chinese, and holds no credential', () => {
		const notes = nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote');
		expect(notes.length).toBeGreaterThan(0);
		for (const { parameters } of notes) {
			expect(parameters.content).toMatch(/[a-z]{3}/);
			expect(parameters.content).toMatch(/\p{Script=Han}/u);
		}
		for (const node of nodes) expect(node).not.toHaveProperty('credentials');
	});
});
