"""What the verbs do: put captured and stated things together and write them."""
