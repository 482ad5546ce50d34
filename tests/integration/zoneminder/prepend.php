<?php
// Runs before each request (auto_prepend_file in apache.conf), so that a test can see what was asked, and can stop the
// world in front of one request:
//   log/requests   one line per request, "METHOD /path", without the query; written before the request is answered
//   gate/want      "PATH N": the N-th request for PATH is held: it says so on the FIFO gate/held, then waits until
//                  somebody opens the FIFO gate/release
(function () {
    $path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
    file_put_contents(__DIR__ . '/log/requests', $_SERVER['REQUEST_METHOD'] . " $path\n", FILE_APPEND | LOCK_EX);

    $gate = __DIR__ . '/gate';
    if (!is_file("$gate/want")) return;
    [$wanted, $which] = explode(' ', trim(file_get_contents("$gate/want")));
    if ($path !== $wanted) return;
    $counter = fopen("$gate/count", 'c+');
    flock($counter, LOCK_EX);
    $seen = 1 + (int) stream_get_contents($counter);
    rewind($counter);
    fwrite($counter, (string) $seen);
    fclose($counter);
    if ($seen !== (int) $which) return;
    file_put_contents("$gate/held", "held\n");
    file_get_contents("$gate/release");
})();
