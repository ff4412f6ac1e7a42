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

const on = (id) => document.getElementById(id);
const show = (id, text) => { on(id).textContent = text; };

// Who is logged in decides which buttons there are.
const showSession = async () => {
  const { logged_in: known, user } = await (await call("/bff/user")).json();
  show("who", known ? user.name : "nobody");
  on("guest").hidden = known;
  on("member").hidden = !known;
};

on("login").onclick = () => location.assign("/bff/login?return_to=/");
on("account").onclick = async () => {
  const response = await call("/bff/api/account/api/v2/users/me");
  show("answer", response.ok ? `The API says: ${(await response.json()).name}` : `error ${response.status}`);
};
on("order").onclick = async () => {
  const response = await call("/orders", { method: "POST" });
  show("answer", response.ok ? `Ordered for ${(await response.json()).ordered_by}` : `error ${response.status}`);
};
on("logout").onclick = async () => {
  const { end_session_url: end } = await (await call("/bff/logout", { method: "POST" })).json();
  show("answer", end ? "Logged out here. The login server may still know you." : "Logged out.");
  on("end").hidden = !end;
  on("end").firstElementChild.href = end ?? "";
  await showSession();
};

await showSession();
