/** The right and the wrong ways to write bytes, for the lab's mistakes. */

export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

export const ascii = (text) => new TextEncoder().encode(text);

export const base64 = (bytes) => btoa(String.fromCharCode(...bytes));

export const urlSafe = (text) => text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

export const base64url = (bytes) => urlSafe(base64(bytes));

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** 256 random bits in 43 characters: a verifier, or a state. */
export const randomText = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
