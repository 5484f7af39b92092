import fc from 'fast-check';

/** Any character, also a part of one that JavaScript stores in two. fast-check's own takes seconds to set up. */
export const anyLetter = fc
	.oneof(fc.integer({ min: 0x20, max: 0x7e }), fc.integer({ min: 0, max: 0x10ffff }))
	.map((code) => String.fromCodePoint(code));
