import type { IBinaryData, IExecuteFunctions, NodeOperationError } from 'n8n-workflow';

import { type ItemParameters, labelOf } from './itemParameters';
import type { ContentField, Field } from './kinds';
import { isBlank, quote } from './values/invalidValue';
import { LOST_LETTERS } from './values/text';

/** The largest file that Feishu accepts (page hire-v1/attachment/create_attachment), and bytes per MB. */
const MAX_MB = 300;
const MB = 1024 * 1024;

/** Base64 is decoded in pieces of so many characters: a multiple of 4, which stand for 3 bytes. */
const PIECE = 64 * 1024;

/** The bytes of a file, piece by piece; `destroy` lets go of it before its end. */
export type FileSource = (AsyncIterable<Uint8Array> | Iterable<Uint8Array>) & {
	destroy?(): unknown;
};

/** A file of an input item: in n8n's storage, or in memory. */
export interface InputFile {
	name: string;
	mimeType: string;
	/**
	 * Its length in bytes.
	 *
	 * @throws NodeOperationError when Feishu does not take a file of this length, or n8n has lost it.
	 */
	size(): Promise<number>;
	/** Reads it from its start. */
	open(): Promise<FileSource> | FileSource;
	/** Says that it could not be read, and why. */
	unreadable(reason: Error): NodeOperationError;
}

function* decode(base64: string): Generator<Uint8Array> {
	for (let start = 0; start < base64.length; start += PIECE) {
		yield Buffer.from(base64.slice(start, start + PIECE), 'base64');
	}
}

/** Why n8n could not read a file. 1.x says of one that is gone where it was on its server. */
const explain = (reason: Error): string =>
	(reason as NodeJS.ErrnoException).code === 'ENOENT'
		? "The file was not found in n8n's storage"
		: reason.message;

/** The file in the binary field that a field names, or that an expression returned. */
function findBinary(
	this: IExecuteFunctions,
	item: ItemParameters,
	field: ContentField,
): IBinaryData {
	const value = item.raw(field);
	if (isBlank(value)) throw item.empty(field);
	try {
		const binary = this.helpers.assertBinaryData(item.itemIndex, value as string | IBinaryData);
		if (typeof binary.mimeType === 'string') return binary;
	} catch {
		// The error below names the field by its label.
	}
	const fields = Object.keys(this.getInputData()[item.itemIndex]?.binary ?? {});
	const label = labelOf(field);
	if (typeof value === 'string' && /^\s*https?:\/\//i.test(value)) {
		throw item.invalid(
			`${label} is a link, but it takes the name of a binary field that contains a file`,
			"Fetch the file first: add an HTTP Request node with 'Response Format' set to 'File' before this node, and enter the name of its output field here.",
		);
	}
	throw item.invalid(
		`${label} is ${quote(value)}, but the item has no file in a binary field of this name`,
		fields.length > 0
			? `Binary fields of the item: ${fields.join(', ')}.`
			: 'The item has no binary data: check that the previous node outputs files.',
	);
}

/**
 * Finds the file that a field names, and checks what is known of it; nothing of it is read yet.
 *
 * @throws NodeOperationError that names field and item: no such file, no name, no bytes, too many.
 */
export function readInputFile(
	this: IExecuteFunctions,
	item: ItemParameters,
	field: ContentField,
	nameField?: Field<'text'>,
): InputFile {
	const { id, data, bytes, mimeType, fileName } = findBinary.call(this, item, field);
	const name = (nameField && item.optional(nameField)) ?? fileName;
	const label = labelOf(field);
	const advice = nameField
		? `Fill in ${labelOf(nameField)}.`
		: "Set one in the node that outputs the file, or upload it with 'File Attachment' > 'Upload' first.";
	if (isBlank(name) || name === undefined)
		throw item.invalid(`The file in ${label} has no name`, advice);
	if (/["/\\\p{Cc}]/u.test(name)) {
		throw item.invalid(
			`The name of the file in ${label} contains a slash, a double quote or a line break`,
			advice,
		);
	}

	if (LOST_LETTERS.test(name)) {
		throw item.invalid(
			`The name of the file in ${label} contains �, which stands for letters that were lost`,
			advice,
		);
	}

	const unreadable = (reason: Error) =>
		item.invalid(
			`The file "${name}" in ${label} could not be read`,
			`${explain(reason)}. Nothing was uploaded.`,
		);
	const check = (size: number) => {
		if (size === 0) throw item.invalid(`The file "${name}" in ${label} is empty`);
		if (size <= MAX_MB * MB) return size;
		throw item.invalid(
			`The file "${name}" in ${label} is ${Math.ceil(size / MB)} MB; Feishu accepts up to ${MAX_MB} MB`,
		);
	};
	// Older n8n does not include the size of a stored file in its binary data.
	const storedSize = async () =>
		await this.helpers.getBinaryMetadata(String(id)).then(
			({ fileSize }) => fileSize,
			(error: Error) => Promise.reject(unreadable(error)),
		);
	const size = id ? bytes : Buffer.byteLength(data, 'base64');
	if (size !== undefined) check(size);

	return {
		name,
		mimeType: /^[\x20-\x7e]+$/.test(mimeType) ? mimeType : 'application/octet-stream',
		size: async () => size ?? check(await storedSize()),
		open: () => (id ? this.helpers.getBinaryStream(id) : decode(data)),
		unreadable,
	};
}
