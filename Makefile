# Short names for dev.py's commands, for hands used to make.
.PHONY: demo test check lock clean

demo test check lock clean:
	python3 dev.py $@
