"""What the contract's values mean, in words for people."""

TEXTS: dict[str, dict[str, dict[str, dict[str, str]]]] = {
    "DocumentType": {
        "cc": {
            "es": {"merchant": "Cédula de ciudadanía", "payer": "Cédula de ciudadanía"},
            "en": {"merchant": "Citizen's card", "payer": "Citizen's card"},
        },
        "ce": {
            "es": {"merchant": "Cédula de extranjería", "payer": "Cédula de extranjería"},
            "en": {"merchant": "Foreigner's card", "payer": "Foreigner's card"},
        },
        "nit": {
            "es": {"merchant": "NIT", "payer": "NIT"},
            "en": {"merchant": "Company's tax number", "payer": "Company's tax number"},
        },
    },
    "StatusMessage": {
        "AUTHENTICATION_FAILED": {
            "es": {
                "merchant": "El cliente se identificó mal ante el banco. Permita que lo intente de nuevo, con un objeto nuevo.",
                "payer": "Su banco no reconoció sus datos de ingreso. Puede intentarlo de nuevo.",
            },
            "en": {
                "merchant": "The customer gave the bank wrong credentials. Let the customer try again, with a new object.",
                "payer": "Your bank did not recognise your log-in. You can try again.",
            },
        },
        "BANK_NOT_AVAILABLE": {
            "es": {
                "merchant": "No fue posible comunicarse con el banco. Intente más tarde, con un objeto nuevo.",
                "payer": "Su banco no está disponible. Intente más tarde, por favor.",
            },
            "en": {
                "merchant": "The bank could not be reached. Try again later, with a new object.",
                "payer": "Your bank is not available. Please try again later.",
            },
        },
        "CUSTOMER_CANCELLATION": {
            "es": {
                "merchant": "El cliente desistió. Pregúntele si quiere intentarlo de nuevo; si es así, cree un objeto nuevo.",
                "payer": "Usted lo canceló. Puede intentarlo de nuevo.",
            },
            "en": {
                "merchant": "The customer gave up. Ask the customer whether to try again; if so, create a new object.",
                "payer": "You cancelled it. You can try again.",
            },
        },
        "DECLINED_BY_BANK": {
            "es": {
                "merchant": "El banco la rechazó por sus propias reglas. El cliente debe consultar a su banco, o usar otra cuenta u otro medio de pago.",
                "payer": "Su banco no lo permitió. Consulte con su banco, por favor.",
            },
            "en": {
                "merchant": "The bank refused it by its own rules. The customer must ask the bank, or use another account or means of payment.",
                "payer": "Your bank did not allow it. Please ask your bank.",
            },
        },
        "EXPIRED": {
            "es": {
                "merchant": "No se completó a tiempo. Cree un objeto nuevo y dígale al cliente hasta cuándo vale.",
                "payer": "Se acabó el tiempo. Puede intentarlo de nuevo.",
            },
            "en": {
                "merchant": "It was not completed in time. Create a new one, and tell the customer until when.",
                "payer": "Time ran out. You can try again.",
            },
        },
        "INVALID_ACCOUNT": {
            "es": {
                "merchant": "No existe una cuenta con ese número en ese banco. Verifique con el cliente banco, tipo y número, y registre la cuenta de nuevo.",
                "payer": "No encontramos la cuenta. Revise el número, por favor.",
            },
            "en": {
                "merchant": "There is no account with this number at this bank. Check bank, account type and number with the customer, and register the account again.",
                "payer": "We could not find the account. Please check its number.",
            },
        },
        "NOT_ENOUGH_FUNDS": {
            "es": {
                "merchant": "La cuenta no tiene fondos suficientes. En un recaudo, intente cuando el cliente tenga fondos. En una dispersión, mire el saldo de su cuenta.",
                "payer": "No hubo fondos suficientes.",
            },
            "en": {
                "merchant": "The account does not hold enough money. In a payin, try again when the customer has funds. In a payout, look at your merchant account's balance.",
                "payer": "There was not enough money.",
            },
        },
        "DOCUMENT_ACCOUNT_MISMATCH": {
            "es": {
                "merchant": "La cuenta pertenece a otro número de documento. Verifique de quién es la cuenta. Si los datos estaban mal, registre de nuevo cliente y cuenta.",
                "payer": "La cuenta y el documento no coinciden. Revíselos, por favor.",
            },
            "en": {
                "merchant": "The account belongs to another document number. Check whose account it is. If the data was wrong, register customer and account again.",
                "payer": "The account and the document do not match. Please check them.",
            },
        },
        "ERROR": {
            "es": {
                "merchant": "Falló por un motivo que Palomma no indica. Pregunte a Palomma, con el id del objeto, antes de intentarlo de nuevo.",
                "payer": "Algo falló. Escríbanos, por favor.",
            },
            "en": {
                "merchant": "It failed for a reason that Palomma does not tell. Ask Palomma, with the object's id, before you try again.",
                "payer": "Something went wrong. Please get in touch with us.",
            },
        },
    },
    "Bank": {
        "santander": {
            "es": {"merchant": "Banco Santander", "payer": "Banco Santander"},
            "en": {"merchant": "Banco Santander", "payer": "Banco Santander"},
        },
        "coofinep": {
            "es": {"merchant": "Coofinep", "payer": "Coofinep"},
            "en": {"merchant": "Coofinep", "payer": "Coofinep"},
        },
        "avvillas": {
            "es": {"merchant": "Banco AV Villas", "payer": "Banco AV Villas"},
            "en": {"merchant": "Banco AV Villas", "payer": "Banco AV Villas"},
        },
        "cotrafa": {
            "es": {"merchant": "Cotrafa", "payer": "Cotrafa"},
            "en": {"merchant": "Cotrafa", "payer": "Cotrafa"},
        },
        "confiar": {
            "es": {"merchant": "Confiar", "payer": "Confiar"},
            "en": {"merchant": "Confiar", "payer": "Confiar"},
        },
        "union": {
            "es": {"merchant": "Banco Unión", "payer": "Banco Unión"},
            "en": {"merchant": "Banco Unión", "payer": "Banco Unión"},
        },
        "nequi": {"es": {"merchant": "Nequi", "payer": "Nequi"}, "en": {"merchant": "Nequi", "payer": "Nequi"}},
        "bancoagrario": {
            "es": {"merchant": "Banco Agrario", "payer": "Banco Agrario"},
            "en": {"merchant": "Banco Agrario", "payer": "Banco Agrario"},
        },
        "bancoomeva": {
            "es": {"merchant": "Bancoomeva", "payer": "Bancoomeva"},
            "en": {"merchant": "Bancoomeva", "payer": "Bancoomeva"},
        },
        "bancamia": {
            "es": {"merchant": "Bancamía", "payer": "Bancamía"},
            "en": {"merchant": "Bancamía", "payer": "Bancamía"},
        },
        "coopcentral": {
            "es": {"merchant": "Coopcentral", "payer": "Coopcentral"},
            "en": {"merchant": "Coopcentral", "payer": "Coopcentral"},
        },
        "citibank": {
            "es": {"merchant": "Citibank", "payer": "Citibank"},
            "en": {"merchant": "Citibank", "payer": "Citibank"},
        },
        "bancodeoccidente": {
            "es": {"merchant": "Banco de Occidente", "payer": "Banco de Occidente"},
            "en": {"merchant": "Banco de Occidente", "payer": "Banco de Occidente"},
        },
        "falabella": {
            "es": {"merchant": "Banco Falabella", "payer": "Banco Falabella"},
            "en": {"merchant": "Banco Falabella", "payer": "Banco Falabella"},
        },
        "bancodebogota": {
            "es": {"merchant": "Banco de Bogotá", "payer": "Banco de Bogotá"},
            "en": {"merchant": "Banco de Bogotá", "payer": "Banco de Bogotá"},
        },
        "bancocajasocial": {
            "es": {"merchant": "Banco Caja Social", "payer": "Banco Caja Social"},
            "en": {"merchant": "Banco Caja Social", "payer": "Banco Caja Social"},
        },
        "serfinanza": {
            "es": {"merchant": "Banco Serfinanza", "payer": "Banco Serfinanza"},
            "en": {"merchant": "Banco Serfinanza", "payer": "Banco Serfinanza"},
        },
        "cfa": {
            "es": {"merchant": "CFA Cooperativa Financiera", "payer": "CFA Cooperativa Financiera"},
            "en": {"merchant": "CFA Cooperativa Financiera", "payer": "CFA Cooperativa Financiera"},
        },
        "coltefinanciera": {
            "es": {"merchant": "Coltefinanciera", "payer": "Coltefinanciera"},
            "en": {"merchant": "Coltefinanciera", "payer": "Coltefinanciera"},
        },
        "pichincha": {
            "es": {"merchant": "Banco Pichincha", "payer": "Banco Pichincha"},
            "en": {"merchant": "Banco Pichincha", "payer": "Banco Pichincha"},
        },
        "iris": {"es": {"merchant": "Iris", "payer": "Iris"}, "en": {"merchant": "Iris", "payer": "Iris"}},
        "ban100": {"es": {"merchant": "Ban100", "payer": "Ban100"}, "en": {"merchant": "Ban100", "payer": "Ban100"}},
        "bancopopular": {
            "es": {"merchant": "Banco Popular", "payer": "Banco Popular"},
            "en": {"merchant": "Banco Popular", "payer": "Banco Popular"},
        },
        "daviplata": {
            "es": {"merchant": "DaviPlata", "payer": "DaviPlata"},
            "en": {"merchant": "DaviPlata", "payer": "DaviPlata"},
        },
        "bancolombia": {
            "es": {"merchant": "Bancolombia", "payer": "Bancolombia"},
            "en": {"merchant": "Bancolombia", "payer": "Bancolombia"},
        },
        "finandina": {
            "es": {"merchant": "Banco Finandina", "payer": "Banco Finandina"},
            "en": {"merchant": "Banco Finandina", "payer": "Banco Finandina"},
        },
        "scotiabankcolpatria": {
            "es": {"merchant": "Scotiabank Colpatria", "payer": "Scotiabank Colpatria"},
            "en": {"merchant": "Scotiabank Colpatria", "payer": "Scotiabank Colpatria"},
        },
        "gnbsudameris": {
            "es": {"merchant": "Banco GNB Sudameris", "payer": "Banco GNB Sudameris"},
            "en": {"merchant": "Banco GNB Sudameris", "payer": "Banco GNB Sudameris"},
        },
        "itau": {"es": {"merchant": "Itaú", "payer": "Itaú"}, "en": {"merchant": "Itaú", "payer": "Itaú"}},
        "bbva": {"es": {"merchant": "BBVA", "payer": "BBVA"}, "en": {"merchant": "BBVA", "payer": "BBVA"}},
        "davivienda": {
            "es": {"merchant": "Davivienda", "payer": "Davivienda"},
            "en": {"merchant": "Davivienda", "payer": "Davivienda"},
        },
        "mibanco": {
            "es": {"merchant": "Mibanco", "payer": "Mibanco"},
            "en": {"merchant": "Mibanco", "payer": "Mibanco"},
        },
        "multibank": {
            "es": {"merchant": "Multibank", "payer": "Multibank"},
            "en": {"merchant": "Multibank", "payer": "Multibank"},
        },
        "mundomujer": {
            "es": {"merchant": "Banco Mundo Mujer", "payer": "Banco Mundo Mujer"},
            "en": {"merchant": "Banco Mundo Mujer", "payer": "Banco Mundo Mujer"},
        },
        "procreditcolombia": {
            "es": {"merchant": "Banco ProCredit", "payer": "Banco ProCredit"},
            "en": {"merchant": "Banco ProCredit", "payer": "Banco ProCredit"},
        },
        "bancow": {
            "es": {"merchant": "Banco W", "payer": "Banco W"},
            "en": {"merchant": "Banco W", "payer": "Banco W"},
        },
        "bancoldex": {
            "es": {"merchant": "Bancóldex", "payer": "Bancóldex"},
            "en": {"merchant": "Bancóldex", "payer": "Bancóldex"},
        },
        "juriscoop": {
            "es": {"merchant": "Juriscoop", "payer": "Juriscoop"},
            "en": {"merchant": "Juriscoop", "payer": "Juriscoop"},
        },
        "itauhelm": {
            "es": {"merchant": "Itaú Helm", "payer": "Itaú Helm"},
            "en": {"merchant": "Itaú Helm", "payer": "Itaú Helm"},
        },
        "jpmorgancolombia": {
            "es": {"merchant": "J. P. Morgan", "payer": "J. P. Morgan"},
            "en": {"merchant": "J. P. Morgan", "payer": "J. P. Morgan"},
        },
    },
    "AccountType": {
        "savings": {
            "es": {"merchant": "Cuenta de ahorros", "payer": "Cuenta de ahorros"},
            "en": {"merchant": "Savings account", "payer": "Savings account"},
        },
        "checking": {
            "es": {"merchant": "Cuenta corriente", "payer": "Cuenta corriente"},
            "en": {"merchant": "Checking account", "payer": "Checking account"},
        },
    },
    "PayinLinkStatus": {
        "pending": {
            "es": {
                "merchant": "El cliente aún no ha pagado o autorizado. Envíe al cliente a la página de pago o de autorización y espere el webhook.",
                "payer": "Estamos esperando su pago.",
            },
            "en": {
                "merchant": "The customer has not paid or authorised it yet. Send the customer to the page for it, and wait for the webhook.",
                "payer": "We are waiting for your payment.",
            },
        },
        "processing": {
            "es": {
                "merchant": "El banco la tiene y aún no responde. Espere el webhook o consulte el objeto de nuevo; no lo cree por segunda vez.",
                "payer": "Estamos esperando a su banco.",
            },
            "en": {
                "merchant": "The bank has it, and has not answered yet. Wait for the webhook or read the object again; do not create it a second time.",
                "payer": "We are waiting for your bank.",
            },
        },
        "approved": {
            "es": {
                "merchant": "El dinero se recaudó o se envió. Nada más que hacer. En un recaudo, la comisión se descuenta al liquidar.",
                "payer": "Recibimos su pago. Muchas gracias.",
            },
            "en": {
                "merchant": "The money was collected or sent. Nothing is left to do. In a payin, the fee is taken out at settlement.",
                "payer": "We received your payment. Thank you.",
            },
        },
        "cancelled": {
            "es": {
                "merchant": "Falló y ya no cambiará. Consulte el motivo. Un nuevo intento es un objeto nuevo.",
                "payer": "Su pago no se completó. Puede intentarlo de nuevo.",
            },
            "en": {
                "merchant": "It failed, and will not change any more. See the reason. A new attempt is a new object.",
                "payer": "Your payment was not completed. You can try again.",
            },
        },
    },
    "PayinLinkType": {
        "general": {
            "es": {"merchant": "Cualquier medio de pago", "payer": "Pago en línea"},
            "en": {"merchant": "Any means of payment", "payer": "Online payment"},
        },
        "pse": {"es": {"merchant": "PSE", "payer": "PSE"}, "en": {"merchant": "PSE", "payer": "PSE"}},
        "bancolombiaButton": {
            "es": {"merchant": "Botón Bancolombia", "payer": "Botón Bancolombia"},
            "en": {"merchant": "Bancolombia button", "payer": "Bancolombia button"},
        },
        "nequiButton": {
            "es": {"merchant": "Botón Nequi", "payer": "Botón Nequi"},
            "en": {"merchant": "Nequi button", "payer": "Nequi button"},
        },
        "card": {"es": {"merchant": "Tarjeta", "payer": "Tarjeta"}, "en": {"merchant": "Card", "payer": "Card"}},
        "bancolombiaCollect": {
            "es": {"merchant": "Recaudo Bancolombia", "payer": "Recaudo Bancolombia"},
            "en": {"merchant": "Bancolombia collection", "payer": "Bancolombia collection"},
        },
    },
    "PayinLinkMethod": {
        "pse": {"es": {"merchant": "PSE", "payer": "PSE"}, "en": {"merchant": "PSE", "payer": "PSE"}},
        "bancolombiaButton": {
            "es": {"merchant": "Botón Bancolombia", "payer": "Botón Bancolombia"},
            "en": {"merchant": "Bancolombia button", "payer": "Bancolombia button"},
        },
        "nequiButton": {
            "es": {"merchant": "Botón Nequi", "payer": "Botón Nequi"},
            "en": {"merchant": "Nequi button", "payer": "Nequi button"},
        },
        "card": {"es": {"merchant": "Tarjeta", "payer": "Tarjeta"}, "en": {"merchant": "Card", "payer": "Card"}},
        "bancolombiaCollect": {
            "es": {"merchant": "Recaudo Bancolombia", "payer": "Recaudo Bancolombia"},
            "en": {"merchant": "Bancolombia collection", "payer": "Bancolombia collection"},
        },
    },
    "PayinSourceStatus": {
        "pending": {
            "es": {
                "merchant": "El cliente aún no ha pagado o autorizado. Envíe al cliente a la página de pago o de autorización y espere el webhook.",
                "payer": "Falta que usted autorice los débitos a su cuenta.",
            },
            "en": {
                "merchant": "The customer has not paid or authorised it yet. Send the customer to the page for it, and wait for the webhook.",
                "payer": "You still have to authorise debits from your account.",
            },
        },
        "processing": {
            "es": {
                "merchant": "El banco la tiene y aún no responde. Espere el webhook o consulte el objeto de nuevo; no lo cree por segunda vez.",
                "payer": "Su banco está verificando su cuenta.",
            },
            "en": {
                "merchant": "The bank has it, and has not answered yet. Wait for the webhook or read the object again; do not create it a second time.",
                "payer": "Your bank is checking your account.",
            },
        },
        "active": {
            "es": {
                "merchant": "La cuenta está verificada y se puede usar. Cree pagos con su id.",
                "payer": "Su cuenta quedó inscrita. Muchas gracias.",
            },
            "en": {
                "merchant": "The account is verified and can be used. Create payments with its id.",
                "payer": "Your account is registered. Thank you.",
            },
        },
        "cancelled": {
            "es": {
                "merchant": "Falló y ya no cambiará. Consulte el motivo. Un nuevo intento es un objeto nuevo.",
                "payer": "No pudimos inscribir su cuenta. Puede intentarlo de nuevo.",
            },
            "en": {
                "merchant": "It failed, and will not change any more. See the reason. A new attempt is a new object.",
                "payer": "We could not register your account. You can try again.",
            },
        },
    },
    "PayinSourceType": {
        "bankAccount": {
            "es": {"merchant": "Cuenta bancaria", "payer": "Cuenta bancaria"},
            "en": {"merchant": "Bank account", "payer": "Bank account"},
        },
        "bancolombiaToken": {
            "es": {"merchant": "Cuenta Bancolombia", "payer": "Cuenta Bancolombia"},
            "en": {"merchant": "Bancolombia account", "payer": "Bancolombia account"},
        },
        "nequiToken": {
            "es": {"merchant": "Cuenta Nequi", "payer": "Cuenta Nequi"},
            "en": {"merchant": "Nequi account", "payer": "Nequi account"},
        },
    },
    "PayinRequestStatus": {
        "processing": {
            "es": {
                "merchant": "El banco la tiene y aún no responde. Espere el webhook o consulte el objeto de nuevo; no lo cree por segunda vez.",
                "payer": "Estamos esperando a su banco.",
            },
            "en": {
                "merchant": "The bank has it, and has not answered yet. Wait for the webhook or read the object again; do not create it a second time.",
                "payer": "We are waiting for your bank.",
            },
        },
        "approved": {
            "es": {
                "merchant": "El dinero se recaudó o se envió. Nada más que hacer. En un recaudo, la comisión se descuenta al liquidar.",
                "payer": "Recibimos su pago. Muchas gracias.",
            },
            "en": {
                "merchant": "The money was collected or sent. Nothing is left to do. In a payin, the fee is taken out at settlement.",
                "payer": "We received your payment. Thank you.",
            },
        },
        "partial": {
            "es": {
                "merchant": "Se recaudó una parte del monto: un éxito con menos dinero. Consulte cuánto se recaudó. Si aún se debe el resto, recáudelo con otra solicitud.",
                "payer": "Recibimos una parte de su pago. Muchas gracias.",
            },
            "en": {
                "merchant": "A part of the amount was collected: a success with less money. See how much was collected. Collect the rest with a new payin request, if it is still owed.",
                "payer": "We received a part of your payment. Thank you.",
            },
        },
        "cancelled": {
            "es": {
                "merchant": "Falló y ya no cambiará. Consulte el motivo. Un nuevo intento es un objeto nuevo.",
                "payer": "Su pago no se completó. Escríbanos, por favor.",
            },
            "en": {
                "merchant": "It failed, and will not change any more. See the reason. A new attempt is a new object.",
                "payer": "Your payment was not completed. Please get in touch with us.",
            },
        },
    },
    "PayoutTargetStatus": {
        "pending": {
            "es": {
                "merchant": "El cliente aún no ha pagado o autorizado. Envíe al cliente a la página de pago o de autorización y espere el webhook.",
                "payer": "Falta que usted confirme su cuenta.",
            },
            "en": {
                "merchant": "The customer has not paid or authorised it yet. Send the customer to the page for it, and wait for the webhook.",
                "payer": "You still have to confirm your account.",
            },
        },
        "processing": {
            "es": {
                "merchant": "El banco la tiene y aún no responde. Espere el webhook o consulte el objeto de nuevo; no lo cree por segunda vez.",
                "payer": "Su banco está verificando su cuenta.",
            },
            "en": {
                "merchant": "The bank has it, and has not answered yet. Wait for the webhook or read the object again; do not create it a second time.",
                "payer": "Your bank is checking your account.",
            },
        },
        "active": {
            "es": {
                "merchant": "La cuenta está verificada y se puede usar. Cree pagos con su id.",
                "payer": "Su cuenta está lista para recibir dinero.",
            },
            "en": {
                "merchant": "The account is verified and can be used. Create payments with its id.",
                "payer": "Your account is ready to receive money.",
            },
        },
        "cancelled": {
            "es": {
                "merchant": "Falló y ya no cambiará. Consulte el motivo. Un nuevo intento es un objeto nuevo.",
                "payer": "No pudimos confirmar su cuenta. Revise los datos, por favor.",
            },
            "en": {
                "merchant": "It failed, and will not change any more. See the reason. A new attempt is a new object.",
                "payer": "We could not confirm your account. Please check its details.",
            },
        },
    },
    "PayoutTargetType": {
        "bankAccount": {
            "es": {"merchant": "Cuenta bancaria", "payer": "Cuenta bancaria"},
            "en": {"merchant": "Bank account", "payer": "Bank account"},
        }
    },
    "PayoutRequestStatus": {
        "processing": {
            "es": {
                "merchant": "El banco la tiene y aún no responde. Espere el webhook o consulte el objeto de nuevo; no lo cree por segunda vez.",
                "payer": "Estamos enviando su dinero.",
            },
            "en": {
                "merchant": "The bank has it, and has not answered yet. Wait for the webhook or read the object again; do not create it a second time.",
                "payer": "We are sending your money.",
            },
        },
        "approved": {
            "es": {
                "merchant": "El dinero se recaudó o se envió. Nada más que hacer. En un recaudo, la comisión se descuenta al liquidar.",
                "payer": "Le enviamos su dinero.",
            },
            "en": {
                "merchant": "The money was collected or sent. Nothing is left to do. In a payin, the fee is taken out at settlement.",
                "payer": "We sent you your money.",
            },
        },
        "cancelled": {
            "es": {
                "merchant": "Falló y ya no cambiará. Consulte el motivo. Un nuevo intento es un objeto nuevo.",
                "payer": "No pudimos enviarle su dinero. Escríbanos, por favor.",
            },
            "en": {
                "merchant": "It failed, and will not change any more. See the reason. A new attempt is a new object.",
                "payer": "We could not send you your money. Please get in touch with us.",
            },
        },
    },
    "MerchantAccountType": {"aggregator": {}, "gateway": {}},
    "PayinSettlementCycle": {"11": {}, "13": {}, "16": {}, "18": {}, "20": {}},
}
"""By enum, value, language and reader. A value without texts has none here; its enum has a description."""

DESCRIPTIONS: dict[str, str] = {
    "DocumentType": "Kind of identity document: `cc` for a citizen's card, `ce` for a foreigner's card, `nit` for a company's tax number.",
    "StatusMessage": "Why an object was cancelled. Only present when its `status` is `cancelled`. `AUTHENTICATION_FAILED`: wrong bank credentials. `BANK_NOT_AVAILABLE`: the bank could not be reached. `CUSTOMER_CANCELLATION`: the customer gave up. `DECLINED_BY_BANK`: refused by the bank's own rules. `EXPIRED`: not completed in time. `INVALID_ACCOUNT`: no such account number. `NOT_ENOUGH_FUNDS`: too little money in the account. `DOCUMENT_ACCOUNT_MISMATCH`: the account belongs to another document number. `ERROR`: anything else; ask Palomma.",
    "Bank": "Code of a Colombian bank.",
    "AccountType": "Kind of bank account.",
    "PayinLinkStatus": "`pending`: the customer has not paid yet. `processing`: the bank's answer is awaited. `approved`: paid. `cancelled`: failed, see `statusMessage`.",
    "PayinLinkType": "Kind of payin link. `general` lets Palomma's page ask for the payment details; a link of another kind carries them itself. Whether a general link takes another type once it is paid is not documented.",
    "PayinLinkMethod": "A means of payment that Palomma's page can offer. Funds of `bancolombiaCollect` are available two business days after the approval, those of the others on the next business day.",
    "PayinSourceStatus": "`pending`: the customer has not authorised it yet. `processing`: the bank verifies the account. `active`: can be debited. `cancelled`: failed, see `statusMessage`.",
    "PayinSourceType": "Kind of payin source.",
    "PayinRequestStatus": "`processing`: sent to the bank. `approved`: the whole amount was collected. `partial`: a part of it was collected, see `amountCollected`. `cancelled`: failed, see `statusMessage`.",
    "PayoutTargetStatus": "`pending`: the customer has not verified the account yet. `processing`: the bank verifies it. `active`: can be paid. `cancelled`: failed, see `statusMessage`.",
    "PayoutTargetType": "Kind of payout target.",
    "PayoutRequestStatus": "`processing`: sent to the bank. `approved`: paid. `cancelled`: failed, see `statusMessage`.",
    "MerchantAccountType": "`aggregator` keeps a balance that payouts can use; the money of a `gateway` account is sent on at each settlement.",
    "PayinSettlementCycle": "Hour of the day at which a settlement was made. How five cycles a day go with funds that are available on the next business day is not documented.",
}
"""What the contract says of an enum."""

RESOURCES: dict[str, dict[str, dict[str, str]]] = {
    "customers": {
        "es": {"merchant": "Cliente", "payer": "Sus datos"},
        "en": {"merchant": "Customer", "payer": "Your details"},
    },
    "payin_links": {
        "es": {"merchant": "Link de pago", "payer": "Pago"},
        "en": {"merchant": "Payin link", "payer": "Payment"},
    },
    "payin_sources": {
        "es": {"merchant": "Fuente de cobro", "payer": "Su cuenta"},
        "en": {"merchant": "Payin source", "payer": "Your account"},
    },
    "payin_requests": {
        "es": {"merchant": "Cobro", "payer": "Pago"},
        "en": {"merchant": "Payin request", "payer": "Payment"},
    },
    "payout_targets": {
        "es": {"merchant": "Destino de pago", "payer": "Su cuenta"},
        "en": {"merchant": "Payout target", "payer": "Your account"},
    },
    "payout_requests": {
        "es": {"merchant": "Pago a un cliente", "payer": "Dinero que le enviamos"},
        "en": {"merchant": "Payout request", "payer": "Money sent to you"},
    },
    "merchant_accounts": {
        "es": {"merchant": "Cuenta del comercio", "payer": "Cuenta del comercio"},
        "en": {"merchant": "Merchant account", "payer": "Merchant account"},
    },
    "payin_settlements": {
        "es": {"merchant": "Liquidación", "payer": "Liquidación"},
        "en": {"merchant": "Payin settlement", "payer": "Payin settlement"},
    },
}
"""What each resource of the client is called, by language and reader."""
