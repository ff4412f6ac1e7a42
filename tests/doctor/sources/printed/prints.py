"""Builds what programs print of a failed token request, from the values of one login."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

URL = "https://login.mypurecloud.ie/oauth/token"


@dataclass
class Sent:
    """The values of one token request."""

    code: str = "kQ3-vT8zN_1xLrB6yWm0sDhF4pJcGa9uEoXi7tKqRfVn2bYdHlSwCgMjPzU5e-A_"
    verifier: str = "Zt7_mK4xQw-9nRb2vLc8sHy1pDj6gFa3uTe5iXo0kWz"
    redirect_uri: str = "https://desk.example/back"
    client_id: str = "5c7d2f0a-1b2c-4d3e-8f9a-0a1b2c3d4e5f"

    @property
    def pairs(self) -> dict[str, str]:
        """The parameters in their usual order."""
        return {
            "grant_type": "authorization_code",
            "code": self.code,
            "redirect_uri": self.redirect_uri,
            "client_id": self.client_id,
            "code_verifier": self.verifier,
        }

    @property
    def form(self) -> str:
        """The parameters as a form."""
        return urlencode(self.pairs)


def axios_error(data: str, kind: str, answer: str, *, auth: str = "") -> str:
    """Give what `console.error(error)` prints of an AxiosError; `data` and `answer` as util.inspect writes them."""
    return f"""AxiosError: Request failed with status code 400
    at settle (/app/node_modules/axios/dist/node/axios.cjs:1909:12)
    at IncomingMessage.handleStreamEnd (/app/node_modules/axios/dist/node/axios.cjs:3000:11)
    at process.processTicksAndRejections (node:internal/process/task_queues:82:21) {{
  code: 'ERR_BAD_REQUEST',
  config: {{
    transitional: {{
      silentJSONParsing: true,
      forcedJSONParsing: true,
      clarifyTimeoutError: false
    }},
    adapter: [ 'xhr', 'http' ],
    transformRequest: [ [Function: transformRequest] ],
    timeout: 0,
    xsrfCookieName: 'XSRF-TOKEN',
    maxContentLength: -1,
    env: {{ FormData: [Function], Blob: [class Blob] }},
    validateStatus: [Function: validateStatus],
    headers: Object [AxiosHeaders] {{
      Accept: 'application/json, text/plain, */*',
      'Content-Type': '{kind}',
      'User-Agent': 'axios/1.6.2',
      'Accept-Encoding': 'gzip, compress, deflate, br'
    }},{auth}
    method: 'post',
    url: '{URL}',
    data: {data}
  }},
  request: <ref *1> ClientRequest {{
    _events: [Object: null prototype] {{
      abort: [Function (anonymous)],
      connect: [Function (anonymous)]
    }},
    _eventsCount: 7,
    _header: 'POST /oauth/token HTTP/1.1\\r\\n' +
      'Accept: application/json, text/plain, */*\\r\\n' +
      'Host: login.mypurecloud.ie\\r\\n' +
      '\\r\\n',
    agent: Agent {{ defaultPort: 443, [Symbol(kCapture)]: false }},
    res: IncomingMessage {{ _readableState: [ReadableState], req: [Circular *1] }},
    [Symbol(kNeedDrain)]: false,
    [Symbol(errored)]: null
  }},
  response: {{
    status: 400,
    statusText: 'Bad Request',
    headers: Object [AxiosHeaders] {{
      date: 'Tue, 04 Jun 2024 09:00:00 GMT',
      'content-type': 'application/json',
      'set-cookie': [ 'lb=a1b2c3d4e5f6; Path=/' ]
    }},
    config: {{ transitional: [Object], data: [Object] }},
    request: <ref *1> ClientRequest {{ _events: [Object: null prototype] }},
    data: {answer}
  }}
}}"""
