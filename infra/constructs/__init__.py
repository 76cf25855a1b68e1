"""One construct per thing with meaning; `infra.picturebook_stack` puts them together."""
