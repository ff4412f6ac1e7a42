// The whole of the browser's part: a header on each call, by which the back end knows its own pages.
const post = (path) => fetch(path, { method: "POST", headers: { "X-CSRF": "1" } });

document.getElementById("order").onclick = async () => {
  const response = await post("/orders");
  if (response.status === 401) return location.reload(); // the session is over: the page leads to the login
  document.getElementById("answer").textContent = `Ordered for ${(await response.json()).ordered_by}`;
};
document.getElementById("logout").onclick = async () => {
  const { end_session_url: end } = await (await post("/bff/logout")).json();
  location.assign(end ?? "/"); // the login server's own session ends by a navigation there
};
