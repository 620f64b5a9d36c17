// The kernel's linear memory. Addresses are in bytes. Reading or writing up to 8 bytes beyond a range is harmless: behind
// every area lies another one, or room.

/** Rows that fit into the columns. */
export const ROWS: usize = 1024;
/** Bytes of one request that fit in. */
export const BODY_BYTES: usize = 0x10_0000;
/** Identifying attributes of one span, and its name. */
export const MAX_RANGES: i32 = 64;
/** Spans whose operations are looked up together. */
export const GROUP: i32 = 32;
/** Bytes of an operation's identity, and a little. */
export const IDENTITY_BYTES: i32 = 0x4000;
/** Slots of the table of fingerprints, a power of two. */
export const SLOT_COUNT: usize = 0x4_0000;

// Areas. Names and seeds are written by the host once, the body before every request.
/**
 * What `decode` leaves behind, 4 bytes each: where it stopped, rows in the columns, bytes in the cold area, rows of the
 * overflow operation that were recognised since `begin`; of an unknown operation the kind, how many RANGES, bytes of the
 * IDENTITY (0: to be found out from the ranges), how many TYPES, and both halves of the fingerprint of the identity.
 */
export const STATE: usize = 512;
/** Per key (number + 1; 0: none before; 255: one that is not known) the number + 1 of the one that came behind it last. */
export const FOLLOWING: usize = 1024;
export const FIRST_KEYS: usize = FOLLOWING + 256;
export const NEXT_KEYS: usize = FIRST_KEYS + 1024;
export const KEY_LENGTHS: usize = NEXT_KEYS + 256;
export const KEY_WORDS: usize = KEY_LENGTHS + 256;
/** Of an unknown operation, 12 bytes each: index of the attribute, where its AnyValue begins and ends. The name is the last. */
export const RANGES: usize = KEY_WORDS + 48 * 256;
export const TRACE_IDS: usize = RANGES + 1024;
export const SPAN_IDS: usize = TRACE_IDS + ROWS * 16;
export const PARENT_IDS: usize = SPAN_IDS + ROWS * 8;
export const STARTS: usize = PARENT_IDS + ROWS * 8;
export const ENDS: usize = STARTS + ROWS * 8;
export const OPERATIONS: usize = ENDS + ROWS * 8;
export const COLD_STARTS: usize = OPERATIONS + ROWS * 4;
export const EVENT_COUNTS: usize = COLD_STARTS + ROWS * 4 + 8;
export const LINK_COUNTS: usize = EVENT_COUNTS + ROWS * 2;
export const STATUSES: usize = LINK_COUNTS + ROWS * 2;
/** Of the attributes in the identity, a byte each. */
export const TYPES: usize = 0x1_4000;
export const IDENTITY: usize = TYPES + 256;
// Of the spans of a group.
/** 8 bytes each. */
export const FINGERPRINTS: usize = 0x1_8400;
/** A byte each, as are the next. */
export const KINDS: usize = FINGERPRINTS + 8 * GROUP;
/** Without the name. */
export const RANGE_COUNTS: usize = KINDS + GROUP;
/** As RANGES, each at a distance of RANGES_STRIDE: an odd number of cache lines, so that they do not displace each other. */
export const GROUP_RANGES: usize = RANGE_COUNTS + GROUP;
export const RANGES_STRIDE: usize = 13 * 64;
export const BODY: usize = 0x2_0000;
export const COLD: usize = BODY + BODY_BYTES + 64;
/** 16 bytes a slot: the fingerprint, and the number of the operation + 1. Kind and tags of overflow rows are extra. */
export const SLOTS: usize = COLD + BODY_BYTES + ROWS * 8 + 64;
