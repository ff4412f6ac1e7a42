// The whole of the browser's part: a header on each call, and a navigation where a login is needed.
const call = async (path, options = {}) => {
  const response = await fetch(path, { ...options, headers: { ...options.headers, "X-CSRF": "1" } });
  if (response.status === 401 && response.headers.has("x-proofkey-error")) {
    const here = location.pathname + location.search;
    location.assign(`/bff/login?return_to=${encodeURIComponent(here)}`);
    return new Promise(() => {}); // the page is leaving
  }
  return response;
};

const show = (id, text) => { document.getElementById(id).textContent = text; };

const user = await (await call("/bff/user")).json();
show("who", user.logged_in ? user.user.name : "nobody");

document.getElementById("login").onclick = () => location.assign("/bff/login?return_to=/");
document.getElementById("account").onclick = async () => {
  const response = await call("/bff/api/account/api/v2/users/me");
  show("answer", response.ok ? (await response.json()).name : `error ${response.status}`);
};
document.getElementById("order").onclick = async () => {
  const response = await call("/orders", { method: "POST" });
  show("answer", (await response.json()).ordered_by);
};
document.getElementById("logout").onclick = async () => {
  const { end_session_url: end } = await (await call("/bff/logout", { method: "POST" })).json();
  show("who", "nobody");
  if (end) show("answer", "here; the login server may still know you");
};
