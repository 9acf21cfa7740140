from bench.loads.receivers import read_head


def test_a_head_is_read_whatever_the_case_of_its_names() -> None:
    path, headers = read_head(b"POST /slow/7 HTTP/1.1\r\nContent-Length: 12\r\nwebhook-signature: v1,a:b=")
    assert path == "/slow/7"
    assert headers == {"content-length": "12", "webhook-signature": "v1,a:b="}
