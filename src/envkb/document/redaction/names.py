"""Names that many machines and accounts share."""

import re
from typing import Final

_SHORT: Final = 4
_LONG: Final = 8

_COMMON: Final = frozenset(
    """
    aarch admin administrator agent airflow alpine amd ansible anaconda app apple apps arch arm automation aws azure
    azureuser backup bench benchmark bin bot box boot build builder buildkite centos circleci cloud cluster code coder
    codespace codespaces compute conda container core cpu cuda daemon data database debian default deploy desktop dev
    devel developer devops dgx docker ec2-user env epyc etc fedora file files ftp game gcp generic github gitlab
    gitlab-runner git google gpu gpus group gtx guest hgx hip home host hostname image imac intel jenkins jetson job
    jobs jovyan jupyter jupyterhub kernel kubernetes lab laptop lib library linux local localhost login mac macbook
    machine mail main mamba mambauser manager master mini miniconda minikube model models nano network nobody node none
    notebook nvidia office oem opc oracle orin operator opt owner package packages pip pixi pod poetry postgres prod
    production project python pytorch raspberry raspberrypi raspbian ray redhat release remote rocky root rtx run
    runner ryzen sandbox science scratch script server service share shared shell slurm spark src staff staging storage
    student studio sudo support suse sys system tensor tensorflow test tester testing tests thinkpad threadripper tmp
    tool tools torch train training ubuntu unknown user username users usr vagrant var venv virtual virtualbox vm
    vmware vscode web windows work worker workspace workstation wsl www www-data xavier xeon
    address credential email index prefix secret serial token uuid
    """.split()
)
_PUBLIC: Final = frozenset(
    """
    command default example git host hostname localhost localhost.localdomain me no nobody none null redacted root true
    false unknown user username yes
    """.split()
)
_LETTERS: Final = r"[a-z]+"
_EVERYDAY: Final = frozenset(("true", "false", "none", "null", "auto", "enabled", "disabled"))


def is_public_name(name: str) -> bool:
    """Tell whether a name in lower case says nothing about anybody."""
    return name in _PUBLIC


def is_word(name: str) -> bool:
    """Tell whether a name in lower case is made of words that stand in texts for other reasons, too."""
    return name in _COMMON or all(word in _COMMON for word in re.findall(_LETTERS, name))


def is_common(name: str) -> bool:
    """Tell whether a name in lower case is made of such words, or too short to mean anything by itself."""
    words = re.findall(_LETTERS, name)
    plain = all(word in _COMMON or len(word) < _SHORT for word in words)
    return is_word(name) or (plain and (len(name) < _LONG or any(word in _COMMON for word in words)))


def is_distinctive(name: str) -> bool:
    """Tell whether a name in lower case counts wherever it stands as a word."""
    letters = sum(map(str.isalpha, name))
    return not is_common(name) and (letters >= _SHORT or (letters > 0 and len(name) >= _LONG))


def is_unmistakable(name: str) -> bool:
    """Tell whether a name in lower case counts even inside of a longer word."""
    return is_distinctive(name) and len(name) >= _LONG


def is_everyday(value: str) -> bool:
    """Tell whether a secret is a word of every text, such as `true` or `python3`: looking for it would tear them up."""
    word = value.lower()
    return word in _EVERYDAY or word in _COMMON or word[:-1] in _COMMON
