/**
 * The endpoints that an issuer publishes: OpenID Connect Discovery 4, then RFC 8414 3.
 *
 * Metadata of another issuer is refused (RFC 8414 3.3), and so is an endpoint that is neither https nor on this
 * machine: a person or a code would be sent there.
 */

const USED = [
  'issuer',
  'authorization_endpoint',
  'token_endpoint',
  'revocation_endpoint',
  'end_session_endpoint',
  'logout_endpoint',
  'authorization_response_iss_parameter_supported',
  'prompt_values_supported',
];

/** The endpoints of an issuer, for createClient. They are asked for when a login begins, not before. */
export const discover = (issuer) => ({ issuer, load: (failure, silence) => load(issuer, failure, silence) });

async function load(issuer, failure, silence) {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  let problem;
  for (const address of [path + '/.well-known/openid-configuration', '/.well-known/oauth-authorization-server' + path]) {
    try {
      const response = await fetch(origin + address, { credentials: 'omit', signal: AbortSignal.timeout(20_000) });
      const metadata = response.ok ? await response.json() : {};
      if (metadata.issuer === issuer) return check(metadata, failure);
      if (metadata.issuer) problem = failure('issuer-mismatch', `the metadata is of ${metadata.issuer}, not ${issuer}`);
    } catch (error) {
      // A web page instead of JSON means no metadata; fetch errors are told apart as far as browsers let us.
      if (error.fault !== undefined) throw error;
      if (!(error instanceof SyntaxError)) problem ??= silence(issuer, error);
    }
  }
  throw problem ?? failure('wrong-host', `${issuer} publishes no metadata`);
}

function check(metadata, failure) {
  const used = Object.fromEntries(USED.filter((name) => name in metadata).map((name) => [name, metadata[name]]));
  for (const [name, value] of Object.entries(used)) {
    if (name.endsWith('_endpoint') && !isSecure(value)) {
      throw failure('wrong-host', `${name} of the metadata is no https address`);
    }
  }
  const methods = metadata.code_challenge_methods_supported;
  if (methods && !methods.includes('S256')) throw failure('challenge-method-s256-unsupported');
  return used;
}

function isSecure(address) {
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && /^(127\.0\.0\.1|\[::1]|(.+\.)?localhost)$/.test(hostname));
}
