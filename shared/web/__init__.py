"""What the four services' doors share: the Flask app, forms, the JSON contract, staff tokens, languages and the look."""
